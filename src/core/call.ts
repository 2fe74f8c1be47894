/** What every call that may wait accepts: a way to stop it. An aborted call throws the signal's reason. */
export interface Call {
  readonly signal?: AbortSignal;
}

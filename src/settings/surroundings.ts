import type { AwsSettings } from "../aws/aws.js";
import type { Surroundings } from "../open/ground.js";
import { findFolders } from "./folders.js";
import type { Lookup } from "./lookup.js";
import type { Profile } from "./profiles/profile.js";
import { findSetting, type SettingName } from "./setting.js";

/** What URLs may refer to, as the settings say it: the home, and how AWS is reached. */
export function findSurroundings(lookup: Lookup): Pick<Surroundings, "home" | "aws"> {
  const say = (name: SettingName): string | undefined => findSetting(lookup, name)?.value;
  const { home } = findFolders(lookup.world);
  const aws = awsSettings({
    region: say("region"),
    aws_profile: say("aws_profile"),
    role_arn: say("role_arn"),
    role_session_name: say("role_session_name"),
  });
  return { ...(home === null ? {} : { home }), aws };
}

/** A profile's settings for AWS. */
export function awsSettings({
  region,
  aws_profile,
  role_arn,
  role_session_name,
}: {
  readonly [Name in "region" | "aws_profile" | "role_arn" | "role_session_name"]?: Profile[Name] | undefined;
}): AwsSettings {
  return {
    ...(region === undefined ? {} : { region }),
    ...(aws_profile === undefined ? {} : { profile: aws_profile }),
    ...(role_arn === undefined ? {} : { roleArn: role_arn }),
    ...(role_session_name === undefined ? {} : { roleSessionName: role_session_name }),
  };
}

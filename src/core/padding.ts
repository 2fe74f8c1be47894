const LENGTH_BYTES = 4;
const SMALL = 1024;

/** The value with its length before it and zeros after it, up to the next bucket: lengths tell little. docs/FORMAT.md section 5. */
export function pad(value: Uint8Array): Uint8Array {
  const padded = Buffer.alloc(bucket(LENGTH_BYTES + value.byteLength));
  padded.writeUInt32BE(value.byteLength);
  padded.set(value, LENGTH_BYTES);
  return padded;
}

/** The opposite of `pad`; null for what `pad` cannot have made. */
export function unpad(padded: Uint8Array): Uint8Array | null {
  if (padded.byteLength < LENGTH_BYTES) return null;
  const end = LENGTH_BYTES + new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  if (bucket(end) !== padded.byteLength) return null;
  for (let index = end; index < padded.byteLength; index++) {
    if (padded[index] !== 0) return null;
  }
  return padded.subarray(LENGTH_BYTES, end);
}

/** How long `length` bytes are made: multiples of 32, and Padmé (at most 12 % more) above 1 KiB. */
export function bucket(length: number): number {
  const step = length <= SMALL ? 32 : padmeStep(length);
  return Math.ceil(length / step) * step;
}

// "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", section 4: https://arxiv.org/abs/1806.03160
function padmeStep(length: number): number {
  const exponent = floorLog2(length);
  return 2 ** (exponent - (floorLog2(exponent) + 1));
}

function floorLog2(n: number): number {
  return 31 - Math.clz32(n);
}

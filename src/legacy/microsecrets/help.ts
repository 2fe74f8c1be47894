const COMMON = `  --version                 show whose commands these are
  -h, --help                show this
  -v, --verbose             say what is done, with names but no values
  -d, --debug               the same
  -r, --region REGION       the region of AWS (us-east-1)
  -b, --bucket BUCKET       the bucket of S3 (required)
  -s, --service SERVICE     whose secrets (required)
`;

/** `microsecrets-upload --help` */
export const UPLOAD_HELP = `Usage: microsecrets-upload [options] [FILE]

Uploads environment variables to S3, encrypted by S3 with the KMS key
alias/microsecrets-SERVICE, and prints the checksum of the upload.
FILE, or stdin without it, has one NAME=value a line: white space around a line,
empty lines and lines that begin with # are dropped, all else is literal.

    $ microsecrets-upload -b mybucket -s testservice env.txt
    $ microsecrets-upload -b mybucket -s testservice <<EOM
    EDITOR=vim
    DB_URL=db://example.com:123
    EOM

Options:
${COMMON}  -j, --json                the input is a JSON object of texts
  -f, --file LABEL          upload FILE as it is, under LABEL, not as variables
  --kms-key KEY             another key of KMS: an alias/NAME, id or ARN
`;

/** `microsecrets-download --help` */
export const DOWNLOAD_HELP = `Usage: microsecrets-download [options]

Prints the newest environment of a service as JSON, or downloads files of it.

    $ microsecrets-download -b mybucket -s testservice -c e3b0c44298fc1c1...
    $ microsecrets-download -b mybucket -s testservice -f train.txt
    $ microsecrets-download -b mybucket -s testservice --list

Options:
${COMMON}  -c, --checksum HASH       what the environment's SHA-1, SHA-256, SHA-384 or
                            SHA-512 must be
  -f, --file NAME[:PATH[:HASH]]
                            download the file NAME, to stdout or as the new file
                            PATH, and compare its HASH; may be repeated. The
                            environment is then printed with -c alone
  -l, --list                print the newest uploads of all, and download nothing
`;

/** `microsecrets-with-env --help` */
export const WITH_ENV_HELP = `Usage: microsecrets-with-env [options] -- COMMAND...

Runs COMMAND with the newest environment of a service, and with files of it.
One of -c, -w, -a is required.

    $ microsecrets-with-env -b mybucket -s testservice -c e3b0c44298fc1c1... -- /bin/myserver
    $ microsecrets-with-env -b mybucket -s testservice -w 'DB_URL PASSWORD' -- /bin/myserver
    $ microsecrets-with-env -b mybucket -s testservice --whitelist-all -- env

Options:
${COMMON}  -c, --checksum HASH       what the environment's SHA-1, SHA-256, SHA-384 or
                            SHA-512 must be; lets every variable through
  -w, --whitelist VARS      the variables that may be set, with white space between
                            them; may be repeated, and stands beside -c too
  -a, --whitelist-all       let every variable through
  -i, --ignore-extra        leave out variables that are not on the whitelist,
                            instead of stopping
  -D, --del-env VARS        variables that COMMAND does not get; may be repeated
  -P, --no-path             COMMAND is a path: do not look for it in PATH
  -f, --file NAME:PATH[:HASH]
                            download the file NAME as the new file PATH, which
                            others cannot read, and compare its HASH; may be repeated
`;

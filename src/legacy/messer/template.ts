/** What `messer.ini` holds before anything is set. */
export const TEMPLATE = `# Where messer's secrets and keys are. Every value may refer to another one of its section: %(tier)s

[messer]
# the alias of the master key in KMS, without alias/
master_key =

# what the secrets of one stage lie below: dev, stage, prod
tier =

# true: commands print only what they are asked for
silent =

[aws]
# the bucket of the data bags, and a folder in it below the tier
secrets_bucket =
secrets_folder =

# the bucket of the data keys
keys_bucket =

region =

# the role to assume, and what its session is called; both may be empty
role_arn =
role_session_name =

# a profile of AWS's own configuration, where the environment has no key
aws_profile =

# what new data keys are bound to: app=billing,env=prod
encryption_context =

[azure]
azure_client_id =
azure_subscription_id =
azure_tenant_id =
azure_key_vault_uri =
`;

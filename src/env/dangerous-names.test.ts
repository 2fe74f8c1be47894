import { describe, expect, it } from "vitest";
import { isDangerousName } from "./dangerous-names.js";

describe("isDangerousName", () => {
  it.each(
    `LD_PRELOAD LD_LIBRARY_PATH DYLD_INSERT_LIBRARIES PATH HOME SHELL BASH_ENV ENV BASH_FUNC_ls%% IFS CDPATH PS4
     PROMPT_COMMAND NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS PYTHONSTARTUP PYTHONPATH PYTHONHOME PERL5OPT PERL5LIB
     PERLLIB RUBYOPT RUBYLIB JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS CLASSPATH GIT_SSH GIT_SSH_COMMAND
     GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_GLOBAL GIT_EXEC_PATH GIT_ASKPASS GIT_EDITOR GIT_PAGER
     GIT_EXTERNAL_DIFF GIT_PROXY_COMMAND GIT_TEMPLATE_DIR SSH_ASKPASS SUDO_ASKPASS EDITOR VISUAL PAGER MANPAGER LESSOPEN
     LESSCLOSE BROWSER AWS_ENDPOINT_URL AWS_ENDPOINT_URL_S3 AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_CA_BUNDLE
     AWS_PROFILE npm_config_registry NPM_CONFIG_REGISTRY Npm_Config_prefix HTTP_PROXY https_proxy OPENSSL_CONF
     LUA_INIT_5_4 GCONV_PATH KUBECONFIG`.split(/\s+/),
  )("refuses %s", (name) => {
    expect(isDangerousName(name)).toBe(true);
  });

  it.each(
    `GIT_TOKEN AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SESSION_TOKEN AWS_REGION DATABASE_URL PGPASSWORD NPM_TOKEN
     NODE_ENV PYTHON_API_TOKEN CARGO_REGISTRY_TOKEN JAVA_KEYSTORE_PASSWORD MY_PATH PATH_TO_KEY HOMEPAGE ENVIRONMENT
     path Home __proto__ constructor`
      .split(/\s+/)
      .concat(""),
  )("lets %j through", (name) => {
    expect(isDangerousName(name)).toBe(false);
  });

  it.each(["Path", "node_options", "ComSpec", "Ld_Preload"])("refuses %s where cases are one", (name) => {
    expect(isDangerousName(name, { ignoreCase: true })).toBe(true);
  });
});

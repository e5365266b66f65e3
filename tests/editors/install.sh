# What the editor tests need: npm packages, pinned with their hashes in package-lock.json here, which npm puts into
# target/test-deps/npm and nowhere else. For `./test`, which says what $deps and `fail` are.

oldest_node=18

# Sets nothing up: says at once what is missing.
check_node() {
    local advice="Editors' YAML server, with which the schemas are tried, runs on it. On Debian: apt-get install nodejs npm"
    command -v node >/dev/null || fail "node (Node.js) is not installed" "$advice"
    local version
    version=$(node --version)
    version=${version#v}
    ((${version%%.*} >= oldest_node)) || fail "Node.js $version is too old: $oldest_node or newer is needed" "$advice"
    command -v npm >/dev/null || fail "npm is not installed" "$advice"
}

wanted_npm() {
    printf '%s\n' "$deps"
    cat tests/editors/install.sh tests/editors/package.json tests/editors/package-lock.json
}

install_editors() {
    local stamp=$deps/npm.stamp folder=$deps/npm
    if [[ -f $stamp && -f $folder/node_modules/yaml-language-server/bin/yaml-language-server ]] &&
        cmp -s <(wanted_npm) "$stamp"; then
        printf 'The YAML language server is in target/test-deps already.\n' >&2
        return
    fi
    printf 'Installing the YAML language server into target/test-deps (once, about 30 MB) ...\n' >&2
    rm -rf "$stamp" "$folder"
    mkdir -p "$folder"
    cp tests/editors/package.json tests/editors/package-lock.json "$folder"
    # No package runs a script of its own while it is installed.
    (cd "$folder" && npm ci --silent --ignore-scripts --no-audit --no-fund) ||
        fail "npm could not install tests/editors/package.json (its reason is above, or: cd $folder && npm ci)" \
            "The first run needs a package registry; npm's own settings (npm config get registry) say which. Then: ./test"
    # Last: an installation that was interrupted has no stamp and is made anew.
    wanted_npm >"$stamp"
}

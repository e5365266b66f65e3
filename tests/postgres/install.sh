# A PostgreSQL server's programs: those of the system, or else Debian's packages, unpacked into target/test-deps and
# installed nowhere. For `./test`, which says what $deps and `fail` are.

oldest_postgres=13 # the first with DROP DATABASE ... WITH (FORCE)

# Folders in which a server's programs may be, the best first.
postgres_folders() {
    pg_config --bindir 2>/dev/null || true
    # The program itself: what lies in PATH may be a link to it, and it looks for the others next to itself.
    python3 -c 'import os, sys; print(os.path.dirname(os.path.realpath(sys.argv[1])))' "$(command -v postgres || true)"
    printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin | sort -rV
    printf '%s\n' "$deps"/postgres/usr/lib/postgresql/*/bin
}

# FOLDER: whether it holds a server that runs and is new enough.
suitable_postgres() {
    local version
    version=$(CALLFORM_TEST_POSTGRES_BIN=$1 tests/postgres/server version 2>/dev/null) &&
        ((${version%%[!0-9]*} >= oldest_postgres))
}

# Sets CALLFORM_TEST_POSTGRES_BIN, which may say already whose programs to take.
install_postgres() {
    export CALLFORM_TEST_POSTGRES_BIN=${CALLFORM_TEST_POSTGRES_BIN:-}
    if [[ -n $CALLFORM_TEST_POSTGRES_BIN ]]; then
        suitable_postgres "$CALLFORM_TEST_POSTGRES_BIN" ||
            fail "CALLFORM_TEST_POSTGRES_BIN=$CALLFORM_TEST_POSTGRES_BIN holds no PostgreSQL $oldest_postgres or newer" \
                "It must be a folder with initdb, pg_ctl, postgres, psql and pg_dump. Without the variable, ./test finds one or installs one."
        return
    fi
    find_postgres && return
    unpack_postgres
    find_postgres || fail "the PostgreSQL server that was unpacked into target/test-deps/postgres does not run" \
        "On Debian, install it for the whole system instead: apt-get install postgresql"
}

find_postgres() {
    local folders folder
    folders=$(postgres_folders)
    while IFS= read -r folder; do
        if suitable_postgres "$folder"; then
            CALLFORM_TEST_POSTGRES_BIN=$folder
            return
        fi
    done <<<"$folders"
    return 1
}

unpack_postgres() {
    local advice="On Debian: apt-get install postgresql. Elsewhere: a folder with initdb, pg_ctl, postgres, psql and pg_dump in PATH."
    command -v apt-get >/dev/null && command -v dpkg >/dev/null ||
        fail "there is no PostgreSQL server, version $oldest_postgres or newer" "Ledgers are tested on a real one. $advice"
    printf 'Unpacking a PostgreSQL server into target/test-deps (once, about 70 MB) ...\n' >&2
    local unpacked=$deps/postgres.new apt=$deps/apt
    rm -rf "$unpacked" "$apt"
    mkdir -p "$unpacked" "$apt"/{lists,cache,packages}/partial
    chmod 755 "$unpacked" # as root, the server runs as somebody else
    # Package lists of its own: the system's may be missing or old, and only root could renew them. What is installed is
    # read from the system. Nothing is written there, not even by the hooks that some images clean up with.
    cat >"$apt/conf" <<CONF
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Sandbox::User "";
Dir::State::Lists "$apt/lists";
Dir::Cache "$apt/cache";
CONF
    local options=(-qq --config-file "$apt/conf")
    apt-get "${options[@]}" update || fail "apt-get could not fetch its package lists (its reason is above)" "$advice"
    # Debian's `postgresql` is empty and depends on the release's version.
    local server version
    server=$(apt-cache "${options[@]}" depends postgresql | sed -n 's/.*Depends: \(postgresql-[0-9][0-9]*\)$/\1/p' | head -n 1)
    version=${server#postgresql-}
    ((${version:-0} >= oldest_postgres)) ||
        fail "this system's packages have no PostgreSQL $oldest_postgres or newer" "$advice"
    # Of all that it depends on (as for a system with nothing installed: this one may be in disorder), the libraries
    # that this system lacks. LLVM is for compiling queries, which `server` turns off.
    local needed libraries=() package
    needed=$(apt-get "${options[@]}" -o Dir::State::status=/dev/null -s --no-install-recommends install "$server") ||
        fail "apt-get does not know what $server depends on (its reason is above)" "$advice"
    for package in $(awk '$1 == "Inst" && $2 ~ /^lib/ && $2 !~ /^lib(llvm|z3|.*-perl$)/ {print $2}' <<<"$needed"); do
        dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed' || libraries+=("$package")
    done
    (cd "$apt/packages" && apt-get "${options[@]}" download "$server" "postgresql-client-$version" "${libraries[@]}") ||
        fail "apt-get could not download $server (its reason is above)" "$advice"
    for package in "$apt"/packages/*.deb; do
        dpkg -x "$package" "$unpacked" || fail "dpkg could not unpack $(basename "$package")" "$advice"
    done
    # Last: what is in its place is whole.
    rm -rf "$deps/postgres" "$apt"
    mv "$unpacked" "$deps/postgres"
}

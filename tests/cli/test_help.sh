#!/usr/bin/env bash
# Everything explains itself: --help, list, describe, completion.
. "$(dirname "$0")/lib.sh"

expect 0 'Usage: tdyn' "$tdyn" --help
expect 0 '^tdyn [0-9]+\.[0-9]+\.[0-9]+' "$tdyn" --version
for command in list describe run status plot check report query export reproduce measure completion; do
    expect 0 "Usage: tdyn $command" "$tdyn" "$command" --help
    "$tdyn" --help | grep -q "  $command " || fail "tdyn --help does not name $command"
done

"$tdyn" list >list.txt
grep -q '^selu/training ' list.txt || fail "selu/training is not listed"
grep -q '^train ' list.txt || fail "train is not listed"
while read -r name _; do
    expect 0 'Parameters' "$tdyn" describe "$name"
done <list.txt
"$tdyn" list --families | while read -r family _; do
    "$tdyn" list "$family" | while read -r kind _; do
        "$tdyn" describe "$family:$kind" >/dev/null || echo "$family:$kind"
    done
done >undescribed.txt
[ -s undescribed.txt ] && fail "describe fails for: $(cat undescribed.txt)"
expect 2 'did you mean' "$tdyn" list activatoin
expect 2 'selu' "$tdyn" describe activation:sellu

candidates() {
    "$tdyn" completion --candidates -- "$@"
}
candidates '' | grep -qx run || fail "completion does not offer subcommands"
candidates run '' | grep -qx selu/training || fail "completion does not offer experiments"
candidates run selu/dropout --set '' | grep -qx 'rate=' || fail "completion does not offer parameters"
candidates run -- | grep -qx -- --preset || fail "completion does not offer options"
expect 0 'complete -F' "$tdyn" completion bash
"$tdyn" completion bash | bash -n || fail "the bash script does not parse"
expect 0 'compdef' "$tdyn" completion zsh
expect 2 'bash or zsh' "$tdyn" completion tcsh
finish

# ruleid: any-shell-eval
eval "$1"
# ruleid: any-shell-eval
bash -c "ls $2"
# ok: any-shell-eval
eval "$(ssh-agent -s)"
# ok: any-shell-eval
"$@"
# ok: any-shell-eval
sh -c 'echo "$1"' sh "$name"

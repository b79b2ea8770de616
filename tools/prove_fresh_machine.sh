#!/usr/bin/env bash
# Proves the README's two commands on a machine that has nothing: a new Debian root with python3 and make, and a copy
# of the last commit in a folder whose name has a space and Chinese characters.
#
#   tools/prove_fresh_machine.sh [SUITE] [run|test|deb ...]  (bookworm, run and test by default)
#
# "deb" installs the package that `make deb` left in dist/ for a user other than root, uses both of its programs, removes
# it, and looks for what it left behind; given alone, in a root without Python.
#
# Needs root, debootstrap, xvfb, xdotool and imagemagick here, outside the new root, and for "deb" xclip, desktop-file-utils
# and appstream: what the project needs inside it must install itself. But for "deb" alone ../shared is copied too if it
# is there.
#
#   ROOT     the folder of the new root (~/hccr-fresh-SUITE); it is made anew at each call, and removed where all went well
#   KEEP     anything: leave the root there
#   EXPOSE   files and folders of this machine that the root shall see as well, such as a mirror's certificate
#   PICTURE  where the screenshot of the opened pad goes (hccr-fresh-SUITE.png)
#
# pip's variables (PIP_*) are passed on; nothing else of this machine's environment is.
set -euo pipefail

suite=${1:-bookworm}
shift || true
commands=("${@:-run}")
[ $# -gt 0 ] || commands=(run test)
root=${ROOT:-$HOME/hccr-fresh-$suite}
picture=${PICTURE:-$PWD/hccr-fresh-$suite.png}
repository=$(cd "$(dirname "$0")/.." && pwd)
project="/home/新 用户/hccr pad"

# Mounts and processes in namespaces of their own vanish with this script, whatever happens to it.
if [ -z "${HCCR_IN_NAMESPACE:-}" ]; then
    HCCR_IN_NAMESPACE=1 unshare --mount --pid --fork --kill-child "$0" "$suite" "${commands[@]}" ||
        { echo "the root is left for a look: $root"; exit 1; }
    # Out here none of its mounts is there any more that could be emptied with it.
    [ -n "${KEEP:-}" ] || rm -rf --one-file-system "$root" "$root.window" "$root.deb.files" "$root.deb.info"
    exit
fi

rm -rf --one-file-system "$root"
packages=python3,make
[ "${commands[*]}" != deb ] || packages=ca-certificates
debootstrap --variant=minbase --include=$packages "$suite" "$root" > "$root.debootstrap.log" 2>&1 ||
    { tail -5 "$root.debootstrap.log"; exit 1; }

cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"
printf '127.0.0.1 localhost\n' > "$root/etc/hosts" # debootstrap leaves this to the installer
mkdir -p "$root$project" "$root/tmp/.X11-unix" /tmp/.X11-unix
chmod 1777 "$root/tmp/.X11-unix"
git clone -q "$repository" "$root$project"
if [ "${commands[*]}" != deb ] && [ -d "$repository/../shared/data" ]; then
    mkdir -p "$root$project/../shared"
    cp -r "$repository/../shared/data" "$repository/../shared/model" "$root$project/../shared/"
fi
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
for path in ${EXPOSE:-}; do
    if [ -d "$path" ]; then
        mkdir -p "$root$path"
    else
        mkdir -p "$root$(dirname "$path")"
        touch "$root$path"
    fi
    mount --bind "$path" "$root$path"
    mount -o remount,bind,ro "$root$path"
done

inside() { # runs a command in the project's folder of the new root
    local pip=()
    mapfile -t pip < <(env | grep '^PIP_' || true)
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "${pip[@]}" "${extra[@]}" \
        chroot "$root" sh -c 'cd "$1" && shift && exec "$@"' sh "$project" "$@"
}

draw_a_line() { # 一, across the left half of the window, which holds the canvas
    local x
    sleep 3 # for the model
    DISPLAY=:$1 xdotool mousemove 120 350 mousedown 1
    for x in $(seq 130 10 440); do
        DISPLAY=:$1 xdotool mousemove "$x" 350
    done
    DISPLAY=:$1 xdotool mouseup 1
    sleep 2 # for the candidates
}

prove_run() {
    local log="$root.run.log" display
    mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
    exec 3< <(exec Xvfb -displayfd 1 -screen 0 1280x900x24 -nolisten tcp -ac 2>/dev/null)
    read -r display <&3
    extra=("DISPLAY=:$display")
    local started=$SECONDS
    for attempt in first second; do
        inside make run > "$log" 2>&1 < /dev/null &
        local pid=$!
        until DISPLAY=:$display xdotool search --onlyvisible --name HCCR > "$root.window" 2>/dev/null; do
            kill -0 $pid 2>/dev/null || { tail -20 "$log"; echo "make run ended without a window"; return 1; }
            [ $((SECONDS - started)) -lt 900 ] || { tail -20 "$log"; echo "make run opened no window"; return 1; }
            sleep 0.2
        done
        echo "make run, $attempt time: the window is there after $((SECONDS - started)) s"
        if [ $attempt = first ]; then
            cp "$log" "$root.run-first.log"
            draw_a_line "$display"
            import -display ":$display" -window root "$picture" && echo "screenshot with 一: $picture"
        fi
        # The window is gone before xdotool has released the keys, which it takes for an error.
        DISPLAY=:$display xdotool search --onlyvisible --name HCCR windowfocus --sync key ctrl+q 2>/dev/null || true
        wait $pid || { echo "make run did not end well: $?"; return 1; }
        started=$SECONDS
    done
    if grep -qi 'apt-get\|Setting up' "$log"; then
        echo "the second make run installed something again"
        return 1
    fi
    umount "$root/tmp/.X11-unix"
}

prove_deb() { # the menu entry's command, as a user without rights, and all that both programs do without a window
    local deb display pid home="/home/新 用户" answer extra=()
    local as_user=(runuser -u writer -- env "HOME=$home")
    deb=$(ls -t "$repository"/dist/hccr-desktop_*.deb | head -1)
    cp "$deb" "$root/tmp/pad.deb"
    inside apt-get -q update > "$root.deb.log" 2>&1
    inside apt-get -q install -y --no-install-recommends /tmp/pad.deb >> "$root.deb.log" 2>&1 ||
        { tail -20 "$root.deb.log"; return 1; }
    inside dpkg-query -L hccr-desktop > "$root.deb.files"
    desktop-file-validate "$root/usr/share/applications/hccr-desktop.desktop" || return 1
    appstreamcli validate-tree --no-net "$root" || return 1

    inside useradd --home-dir "$home" writer
    inside chown writer "$home"
    inside "${as_user[@]}" hccr-desktop --self-test || return 1
    inside "${as_user[@]}" hccr info > "$root.deb.info" || return 1
    grep '^runs on:' "$root.deb.info"
    grep -q '^runs on:.*_int8\.onnx' "$root.deb.info" || { echo "hccr info does not choose the int8 file"; return 1; }
    convert -size 200x200 xc:white -stroke black -strokewidth 9 \
        -draw 'line 30,100 170,95' -draw 'line 100,25 100,180' "$root$home/照 片.png"
    answer=$(inside "${as_user[@]}" hccr recognize "$home/照 片.png" -n 1) || return 1
    echo "hccr recognize: $answer"
    case "$answer" in
        *"照 片.png"*十*) ;;
        *) echo "hccr recognize did not read 十"; return 1 ;;
    esac

    mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
    exec 3< <(exec Xvfb -displayfd 1 -screen 0 1280x900x24 -nolisten tcp -ac 2>/dev/null)
    read -r display <&3
    extra=("DISPLAY=:$display")
    inside "${as_user[@]}" sh -c "$(sed -n 's/^Exec=\(.*\) %f$/\1/p' "$root/usr/share/applications/hccr-desktop.desktop" |
        head -1)" >> "$root.deb.log" 2>&1 < /dev/null &
    pid=$!
    until DISPLAY=:$display xdotool search --onlyvisible --name HCCR > "$root.window" 2>/dev/null; do
        kill -0 $pid 2>/dev/null || { tail -20 "$root.deb.log"; echo "the pad ended without a window"; return 1; }
        sleep 0.2
    done
    draw_a_line "$display"
    import -display ":$display" -window root "$picture" && echo "screenshot with 一: $picture"
    DISPLAY=:$display xdotool search --onlyvisible --name HCCR windowfocus --sync key 1
    sleep 1
    answer=$(DISPLAY=:$display timeout 10 xclip -o -selection clipboard) || answer=nothing
    [ "$answer" = 一 ] || { echo "the clipboard holds $answer and not 一"; return 1; }
    DISPLAY=:$display xdotool search --onlyvisible --name HCCR windowfocus --sync key ctrl+q 2>/dev/null || true
    wait $pid || { echo "the pad did not end well: $?"; return 1; }
    umount "$root/tmp/.X11-unix"

    inside apt-get -q remove -y hccr-desktop >> "$root.deb.log" 2>&1 || return 1
    nothing_is_left || return 1
    echo "deb: installed, validated, self-tested, drawn on, copied from and removed; none of its files is left"
}

nothing_is_left() { # of the package's files, and of its name anywhere but in the user's own folder
    local path left
    while read -r path; do
        if [ -f "$root$path" ] || [ -L "$root$path" ]; then
            echo "removing the package left $path behind"
            return 1
        fi
    done < "$root.deb.files"
    left=$(find "$root" -mindepth 1 -xdev -path "$root/home" -prune -o -name '*hccr*' -print)
    [ -z "$left" ] || { echo "removing the package left behind: $left"; return 1; }
}

prove_test() {
    local started=$SECONDS
    extra=("CI=true")
    if inside make test > "$root.test.log" 2>&1 < /dev/null; then
        grep -A20 '^ok ' "$root.test.log"
        echo "make test: passed after $((SECONDS - started)) s"
    else
        tail -60 "$root.test.log"
        echo "make test: FAILED after $((SECONDS - started)) s, see $root.test.log"
        return 1
    fi
}

status=0
extra=()
for command in "${commands[@]}"; do
    "prove_$command" || status=1
done
inside sh -c '. /etc/os-release; echo "$PRETTY_NAME, $(python3 --version 2>&1)"; du -sh .venv* 2>/dev/null | sed "s/^/disk: /"'
exit $status

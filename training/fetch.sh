#!/bin/sh
# Fetches stroke medians and free fonts by package name into training/.work, draws the fonts' bank, and traces the packed
# scans where they lie beside the checkout (two minutes). Needs npm, apt-get and dpkg, no root. Run from the repository root with the trainer's Python: sh training/fetch.sh .venv-training/bin/python
# What a registry does not have is named and left out; a second run fetches only what is missing.
set -eu
python=${1:-python}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$root/training/.work
mkdir -p "$work/npm" "$work/deb"

# Medians (Arphic Public License), pinned since the trained weights depend on them; and fonts under the OFL.
npm_packages="hanzi-writer-data@2.0.1
@fontsource/ma-shan-zheng @fontsource/long-cang @fontsource/zhi-mang-xing @fontsource/liu-jian-mao-cao
@fontsource/zcool-kuaile @fontsource/zcool-xiaowei @fontsource/zcool-qingke-huangyou @fontsource/klee-one
@fontsource/yomogi @fontsource/zen-kurenaido @fontsource/yuji-boku @fontsource/yusei-magic @fontsource/kaisei-opti
@fontsource/mochiy-pop-one @chinese-fonts/hlxsjt @chinese-fonts/jxzk @chinese-fonts/mksjh"
deb_packages="fonts-lxgw-wenkai fonts-arphic-gkai00mp fonts-arphic-gbsn00lp fonts-klee fonts-kiloji fonts-seto
fonts-aoyagi-soseki fonts-aoyagi-kouzan-t fonts-kouzan-mouhitsu fonts-wqy-microhei fonts-smiley-sans"

cd "$work/npm"
for package in $npm_packages; do
  name=$(echo "${package%@[0-9]*}" | tr -d @ | tr / -)
  [ -d "$name" ] && continue
  if archive=$(npm pack --silent "$package"); then
    mkdir "$name.partial" && tar xzf "$archive" -C "$name.partial" && mv "$name.partial" "$name" && rm "$archive"
  else
    echo "not had: $package" >&2
  fi
done

cd "$work/deb"
for package in $deb_packages; do
  [ -d "$package" ] && continue
  if apt-get download -qq "$package"; then
    dpkg -x "$package"_*.deb "$package" && rm "$package"_*.deb
  else
    echo "not had: $package (apt-get update may help)" >&2
  fi
done

ln -sfn npm/hanzi-writer-data/package "$work/medians"
cd "$root"
extra=../shared/data/fonts # four faces that no registry carries
[ -d "$extra" ] || extra=
# shellcheck disable=SC2086 # an absent folder is no argument
"$python" -m hccr_training.sources.fonts "$work/npm" "$work/deb" $extra -o "$work/fonts"

# Faces of running script, each a hand of its own, and the packed scans where they lie beside the checkout.
if [ ! -f "$work/traced_fonts.npz" ]; then
  "$python" -m hccr_training.sources.traced -o "$work/traced_fonts.npz" --face zhi-mang-xing --face liu-jian-mao-cao \
    --face long-cang --face 鸿雷行书简体 --face kouzan-mouhitsu-gyosho
fi
scans=../shared/data/train
if [ -d "$scans" ] && [ ! -f "$work/traced.npz" ]; then
  "$python" -m hccr_training.sources.traced "$scans/scans.npz" --hcl2000 "$scans/hcl2000_64x64_bits.npz" \
    --face 新叶念体 --face 沐瑶随心手写体 --face 清松手寫體3 -o "$work/traced.npz"
fi

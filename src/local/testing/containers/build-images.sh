#!/bin/sh
# Builds the images that tests run in containers, FROM scratch out of Debian's packages: nothing is pulled from a registry.
#   guanlan-test/alertmanager   Debian's prometheus-alertmanager
#   guanlan-test/kafka          Debian's Java 17 and the Kafka jars that the embedded broker uses
# Needs root, a Docker daemon, debootstrap, and one earlier embedded run of a Kafka test (it resolves the jars).
set -eu

root=$(cd "$(dirname "$0")/../../../.." && pwd)
cache=${GUANLAN_CACHE:-$HOME/.cache/guanlan}
suite=${SUITE:-$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")}
# Where packages come from; empty means debootstrap's own default.
mirror=${MIRROR:-}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "build-images.sh: $1" >&2
  exit 1
}

[ "$(id -u)" -eq 0 ] || fail "debootstrap needs root; run it with sudo."
command -v debootstrap >/dev/null || fail "debootstrap is missing; apt-get install debootstrap."
docker info >/dev/null 2>&1 || fail "no Docker daemon answers; start one, such as: dockerd --ip=127.0.0.1"

# image NAME PACKAGES DOCKERFILE-LINES: a minimal Debian with the packages, and what is in $work/NAME/files on top
image() {
  name=$1
  packages=$2
  lines=$3
  echo "Building guanlan-test/$name from $suite with $packages"
  mkdir -p "$work/$name/files"
  debootstrap --variant=minbase --include="$packages" "$suite" "$work/$name/debian" ${mirror:+"$mirror"} >"$work/$name.log" 2>&1 ||
    { tail -20 "$work/$name.log" >&2; fail "debootstrap of $packages failed; MIRROR names another mirror."; }
  rm -rf "$work/$name/debian/var/cache/apt" "$work/$name/debian/var/lib/apt/lists" "$work/$name/debian/usr/share/doc"
  tar -C "$work/$name/debian" -cf "$work/$name/debian.tar" .
  rm -rf "$work/$name/debian"
  printf 'FROM scratch\nADD debian.tar /\nCOPY files /\n%s\n' "$lines" >"$work/$name/Dockerfile"
  DOCKER_BUILDKIT=0 docker build -q -t "guanlan-test/$name:latest" "$work/$name" ||
    fail "docker build of guanlan-test/$name failed."
}

image alertmanager prometheus-alertmanager ''

classpath=$(ls -t "$cache"/classpath/kafka-*.txt 2>/dev/null | head -n 1)
[ -n "$classpath" ] || fail "the Kafka jars are not resolved yet; run KafkaExtensionITCase embedded first."
stack=$(ls "$root"/src/local/stack/target/guanlan-stack-*.jar 2>/dev/null | head -n 1)
[ -n "$stack" ] || fail "src/local/stack is not built; run mvn -DskipTests -pl src/local/stack -am package."
mkdir -p "$work/kafka/files/opt/kafka"
tr ':' '\n' <"$classpath" | while read -r jar; do cp "$jar" "$work/kafka/files/opt/kafka/"; done
cp "$stack" "$work/kafka/files/opt/kafka/"
image kafka openjdk-17-jre-headless ''

docker image ls 'guanlan-test/*'

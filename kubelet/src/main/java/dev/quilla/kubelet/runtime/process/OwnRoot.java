package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The part of a container's first script that gives it a root directory of its own, as an ordinary
 * user can in a user namespace. The machine's files are bound into an empty directory in memory,
 * one by one: so a volume has a place where the machine has none, and nothing is left on the
 * machine.
 */
final class OwnRoot {

    /**
     * {@code mirror FROM TO} shows a directory's entries in another. {@code own DIR} makes a
     * directory one to which names can be added. {@code place TARGET KIND} sees to it that there is
     * something to mount over; directories on the way are owned where a name is missing.
     */
    private static final String FUNCTIONS =
            """
            mirror() {
              for e in "${1%/}"/* "${1%/}"/.[!.]*; do
                n=$2/${e##*/}
                if [ -L "$e" ]; then ln -s "$(readlink "$e")" "$n"
                elif [ -d "$e" ]; then mkdir "$n" && mount --rbind "$e" "$n"
                elif [ -e "$e" ]; then : >"$n" && mount --bind "$e" "$n"
                fi 2>/dev/null
              done
            }
            own() {
              case "$owned" in *"|$1|"*) return ;; esac
              mount -t tmpfs -o size=16m,mode=755 none "$root$1" || fail "cannot make place in $1"
              owned="$owned$1|"
              mirror "$1" "$root$1"
            }
            place() {
              at= rest=${1#/}
              while [ -n "$rest" ]; do
                name=${rest%%/*}
                if [ ! -e "$root$at/$name" ]; then
                  own "$at"
                  if [ "$name" = "$rest" ] && [ "$2" = file ]; then : >"$root$at/$name"
                  else mkdir "$root$at/$name" && owned="$owned$at/$name|"
                  fi
                fi
                at=$at/$name
                case $rest in */*) rest=${rest#*/} ;; *) rest= ;; esac
              done
            }
            """;

    private OwnRoot() {}

    /** Whether this machine lets the worker's user make a user namespace and mount in it. */
    static boolean isPossible() {
        try {
            return new ProcessBuilder(
                                    "unshare",
                                    "--user",
                                    "--map-root-user",
                                    "--mount",
                                    "mount",
                                    "-t",
                                    "tmpfs",
                                    "none",
                                    "/tmp")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Makes the place that the script needs. */
    static void prepare(ContainerFiles files) throws IOException {
        Files.createDirectory(files.root().resolve("root"));
    }

    /** Makes the root directory, mounts into it, and goes there. */
    static void script(ContainerFiles files, List<Mount> mounts, StringBuilder text)
            throws IOException {
        text.append("root=")
                .append(ShellText.word(files.root().resolve("root").toString()))
                .append(" owned='|'\n")
                .append(FUNCTIONS)
                .append("own ''\n");
        for (Mount mount : mounts) {
            mount(mount, mounts, text);
        }
        text.append("mkdir \"$root/.machine\" && cd \"$root\" && pivot_root . .machine")
                .append(" && cd / && umount -l /.machine && rmdir /.machine")
                .append(" || fail 'cannot enter the root directory'\n");
    }

    private static void mount(Mount mount, List<Mount> all, StringBuilder text) throws IOException {
        String target = real(Path.of(mount.target())).toString();
        String kind = Files.isDirectory(mount.source()) ? "directory" : "file";
        String there = "\"$root\"" + ShellText.word(target);
        if (all.stream().anyMatch(other -> ContainerMounts.holds(other, mount))) {
            // Within a volume it is the volume's own place.
            text.append(
                    kind.equals("directory")
                            ? "mkdir -p " + there + "\n"
                            : "[ -e " + there + " ] || : >" + there + "\n");
        } else {
            text.append("place ").append(ShellText.word(target)).append(' ').append(kind);
            text.append('\n');
        }
        text.append("mount --rbind ")
                .append(ShellText.word(mount.source().toString()))
                .append(' ')
                .append(there);
        orFail("cannot mount " + mount.target(), text);
        if (mount.readOnly()) {
            // What the machine's own mount forbids can't be allowed again, so it must be said.
            text.append("mount -o remount,bind,ro ").append(there).append(" 2>/dev/null");
            text.append(" || mount -o remount,bind,ro,nosuid,nodev ").append(there);
            text.append(" 2>/dev/null || mount -o remount,bind,ro,nosuid,nodev,noexec ");
            text.append(there);
            orFail("cannot make " + mount.target() + " read-only", text);
        }
    }

    private static void orFail(String problem, StringBuilder text) {
        text.append(" || fail ").append(ShellText.word(problem)).append('\n');
    }

    /** A path without the machine's links: they lead out of a root that is not yet entered. */
    private static Path real(Path path) throws IOException {
        Path normal = path.normalize();
        Path there = normal;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return there.toRealPath().resolve(there.relativize(normal));
    }
}

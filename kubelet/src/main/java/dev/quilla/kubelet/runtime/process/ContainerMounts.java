package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The part of a container's first script that mounts. A mount over a directory such as {@code /tmp}
 * hides what later mounts are made from, where that is below: then all sources are first bound to
 * places in the container's own directory, which is at hand by descriptor 8.
 */
final class ContainerMounts {

    private static final String STAGE = "stage";

    private ContainerMounts() {}

    /** Makes the places that the script needs. */
    static void prepare(ContainerFiles files, List<Mount> mounts) throws IOException {
        if (!isStaged(files, mounts)) {
            return;
        }
        Path stage = Files.createDirectories(files.root().resolve(STAGE));
        for (int i = 0; i < mounts.size(); i++) {
            Path place = stage.resolve(Integer.toString(i));
            if (Files.isDirectory(mounts.get(i).source())) {
                Files.createDirectory(place);
            } else {
                Files.createFile(place);
            }
        }
    }

    /** Mounts, in this order. */
    static void script(ContainerFiles files, List<Mount> mounts, StringBuilder text) {
        boolean staged = isStaged(files, mounts);
        for (int i = 0; staged && i < mounts.size(); i++) {
            String source = ShellText.word(mounts.get(i).source().toString());
            Path place = files.root().resolve(STAGE).resolve(Integer.toString(i));
            bind("mount --rbind", source, ShellText.word(place.toString()), mounts.get(i), text);
        }
        for (int i = 0; i < mounts.size(); i++) {
            Mount mount = mounts.get(i);
            String target = ShellText.word(mount.target());
            if (mounts.stream().anyMatch(other -> holds(other, mount))) {
                make(mount, target, text);
            }
            if (staged) {
                String source = "/proc/self/fd/8/" + STAGE + "/" + i;
                bind("mount -c --rbind", source, target, mount, text);
            } else {
                String source = ShellText.word(mount.source().toString());
                bind("mount --rbind", source, target, mount, text);
            }
            if (mount.readOnly()) {
                readOnly(mount, target, text);
            }
        }
    }

    private static boolean isStaged(ContainerFiles files, List<Mount> mounts) {
        return mounts.stream()
                .map(m -> Path.of(m.target()))
                .anyMatch(target ->
                        files.root().startsWith(target)
                                || mounts.stream().anyMatch(m -> m.source().startsWith(target)));
    }

    /** Whether a mount is somewhere within another. */
    static boolean holds(Mount outer, Mount inner) {
        return !outer.target().equals(inner.target())
                && Path.of(inner.target()).startsWith(outer.target());
    }

    /** What is mounted within a volume needs a place in the volume. */
    private static void make(Mount mount, String target, StringBuilder text) {
        String parent = ShellText.word(String.valueOf(Path.of(mount.target()).getParent()));
        text.append("[ -e ").append(target).append(" ] || ");
        text.append(
                Files.isDirectory(mount.source())
                        ? "mkdir -p " + target + "\n"
                        : "{ mkdir -p " + parent + "; : >" + target + "; }\n");
    }

    private static void bind(
            String command, String source, String target, Mount mount, StringBuilder text) {
        text.append(command).append(' ').append(source).append(' ').append(target);
        orFail("cannot mount " + mount.target(), text);
    }

    private static void readOnly(Mount mount, String target, StringBuilder text) {
        text.append("mount -o remount,bind,ro ").append(target);
        orFail("cannot make " + mount.target() + " read-only", text);
    }

    private static void orFail(String problem, StringBuilder text) {
        text.append(" || fail ").append(ShellText.word(problem)).append('\n');
    }
}

package dev.quilla.kubelet.volumes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is mounted on this machine, as this process sees it.
 *
 * @param points in the order in which they were mounted
 */
record MountTable(List<Path> points) {

    private static final Path FILE = Path.of("/proc/self/mountinfo");
    private static final int POINT = 4;
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

    MountTable {
        points = List.copyOf(points);
    }

    static MountTable now() throws IOException {
        return new MountTable(Files.readAllLines(FILE).stream().map(MountTable::point).toList());
    }

    private static Path point(String line) {
        Matcher escaped = OCTAL.matcher(line.split(" ")[POINT]);
        return Path.of(
                escaped.replaceAll(m ->
                        Matcher.quoteReplacement(
                                Character.toString(Integer.parseInt(m.group(1), 8)))));
    }

    /** Whether something is mounted on exactly that directory, which must exist. */
    boolean holds(Path directory) throws IOException {
        return points.contains(directory.toRealPath());
    }

    /** What is mounted on a directory or anywhere below, the last one first. */
    List<Path> under(Path directory) throws IOException {
        Path real = directory.toRealPath();
        return points.reversed().stream().filter(p -> p.startsWith(real)).toList();
    }
}

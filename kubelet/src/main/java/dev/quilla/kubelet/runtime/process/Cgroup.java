package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A container's control group, of either version. Where the kernel or the user can't have one, a
 * container runs without limits, as a plain process does.
 */
final class Cgroup {

    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final List<String> CONTROLLERS = List.of("cpu", "cpuacct", "memory", "pids");
    private static final long SHARES_DEFAULT = 1024;
    private static final long WEIGHT_DEFAULT = 100;
    private static final long WEIGHT_MAX = 10_000;

    private final List<Path> directories;
    private final boolean unified;

    private Cgroup(List<Path> directories, boolean unified) {
        this.directories = directories;
        this.unified = unified;
    }

    /** A container's group, whether it is there or not. */
    static Cgroup of(String owner, String container) {
        return new Cgroup(
                ofOwner(owner).stream().map(o -> o.resolve(container)).toList(), isUnified());
    }

    private static boolean isUnified() {
        return Files.exists(ROOT.resolve("cgroup.controllers"));
    }

    /** Where all groups of an owner are, by controller. */
    private static List<Path> ofOwner(String owner) {
        Stream<Path> parents =
                isUnified()
                        ? Stream.of(ROOT)
                        : CONTROLLERS.stream()
                                .map(ROOT::resolve)
                                .filter(Files::isDirectory)
                                .map(Cgroup::real)
                                .distinct();
        return parents.map(p -> p.resolve("quilla").resolve(owner)).toList();
    }

    /**
     * Removes all groups of an owner, and what holds them; no process may be in one.
     *
     * @throws IOException if one can't be removed
     */
    static void removeAll(String owner) throws IOException {
        for (Path directory : ofOwner(owner)) {
            if (!Files.isDirectory(directory)) {
                continue;
            }
            try (DirectoryStream<Path> groups =
                    Files.newDirectoryStream(directory, Files::isDirectory)) {
                for (Path group : groups) {
                    Files.delete(group);
                }
            }
            Files.delete(directory);
        }
    }

    /** Controllers mounted together have names that are links. */
    private static Path real(Path directory) {
        try {
            return directory.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the group with its limits; answers the files that a process joins by. */
    List<Path> make(Resources limits) {
        List<Path> joins = new ArrayList<>();
        for (Path directory : directories) {
            try {
                Files.createDirectories(directory);
                if (unified) {
                    delegate(directory);
                    limitUnified(directory, limits);
                } else {
                    limit(directory, limits);
                }
                joins.add(directory.resolve("cgroup.procs"));
            } catch (IOException _) {
                // This controller is not ours to use.
            }
        }
        return joins;
    }

    /** Whether it is there, and has limits for CPU and memory. */
    boolean limits() {
        return directories.stream()
                        .filter(Files::isDirectory)
                        .filter(d ->
                                unified
                                        || controller(d).equals("memory")
                                        || controller(d).startsWith("cpu"))
                        .filter(d -> unified || !controller(d).equals("cpuacct"))
                        .count()
                == (unified ? 1 : 2);
    }

    /**
     * Changes the limits of a group that is there.
     *
     * @throws IOException if the kernel refuses
     */
    void change(Resources limits) throws IOException {
        for (Path directory : directories) {
            if (!Files.isDirectory(directory)) {
                continue;
            }
            if (unified) {
                limitUnified(directory, limits);
            } else {
                limit(directory, limits);
            }
        }
    }

    private static void delegate(Path directory) throws IOException {
        for (Path parent = directory.getParent();
                parent != null && parent.startsWith(ROOT);
                parent = parent.getParent()) {
            for (String controller : CONTROLLERS) {
                try {
                    Files.writeString(parent.resolve("cgroup.subtree_control"), "+" + controller);
                } catch (IOException _) {
                    // Taken by another or not there: its limits are left out.
                }
            }
        }
    }

    private static void limit(Path directory, Resources limits) throws IOException {
        switch (controller(directory)) {
            case "cpu", "cpu,cpuacct" -> {
                if (limits.cpuShares() > 0) {
                    write(directory, "cpu.shares", limits.cpuShares());
                }
                if (limits.cpuQuotaMicros() > 0) {
                    write(directory, "cpu.cfs_period_us", limits.cpuPeriodMicros());
                    write(directory, "cpu.cfs_quota_us", limits.cpuQuotaMicros());
                }
            }
            case "cpuacct" -> {
                // Counts only.
            }
            case "memory" -> {
                if (limits.memoryLimitBytes() > 0) {
                    write(directory, "memory.limit_in_bytes", limits.memoryLimitBytes());
                }
            }
            default -> {
                if (limits.pidsLimit() > 0) {
                    write(directory, "pids.max", limits.pidsLimit());
                }
            }
        }
    }

    private static String controller(Path directory) {
        return ROOT.relativize(directory).getName(0).toString();
    }

    private static void limitUnified(Path directory, Resources limits) throws IOException {
        if (limits.cpuShares() > 0) {
            long weight = limits.cpuShares() * WEIGHT_DEFAULT / SHARES_DEFAULT;
            write(directory, "cpu.weight", Math.clamp(weight, 1, WEIGHT_MAX));
        }
        if (limits.cpuQuotaMicros() > 0) {
            Files.writeString(
                    directory.resolve("cpu.max"),
                    limits.cpuQuotaMicros() + " " + limits.cpuPeriodMicros());
        }
        if (limits.memoryLimitBytes() > 0) {
            write(directory, "memory.max", limits.memoryLimitBytes());
        }
        if (limits.pidsLimit() > 0) {
            write(directory, "pids.max", limits.pidsLimit());
        }
    }

    private static void write(Path directory, String file, long value) throws IOException {
        Files.writeString(directory.resolve(file), Long.toString(value));
    }

    /** The file that counts processes killed for memory. */
    Optional<Path> oomFile() {
        return directories.stream()
                .filter(d -> unified || controller(d).equals("memory"))
                .map(d -> d.resolve(unified ? "memory.events" : "memory.oom_control"))
                .filter(Files::exists)
                .findFirst();
    }

    /** Memory in use, if it is counted. */
    Optional<Long> memoryBytes() {
        return directories.stream()
                .filter(d -> unified || controller(d).equals("memory"))
                .map(d -> d.resolve(unified ? "memory.current" : "memory.usage_in_bytes"))
                .filter(Files::exists)
                .findFirst()
                .flatMap(Records::read)
                .map(Long::parseLong);
    }

    /** CPU time used, if it is counted. */
    Optional<Long> cpuNanos() {
        if (unified) {
            return Records.read(directories.getFirst().resolve("cpu.stat"))
                    .flatMap(text ->
                            text.lines()
                                    .filter(l -> l.startsWith("usage_usec "))
                                    .findFirst()
                                    .map(l -> Long.parseLong(l.split(" ")[1]) * 1000));
        }
        return directories.stream()
                .map(d -> d.resolve("cpuacct.usage"))
                .filter(Files::exists)
                .findFirst()
                .flatMap(Records::read)
                .map(Long::parseLong);
    }

    /** Removes the group; its processes must have ended. */
    void remove() {
        for (Path directory : directories) {
            try {
                Files.deleteIfExists(directory);
            } catch (IOException _) {
                // Something still ends in it; an empty group left over does no harm.
            }
        }
    }
}

package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.libc.Libc;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Starts processes that outlive this one, and ends them. */
final class Children {

    private static final File NULL = new File("/dev/null");

    private Children() {}

    /** Starts a program in a session of its own, with no stream of ours. */
    static Process start(List<String> words, Path directory) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(words)
                        .directory(directory.toFile())
                        .redirectInput(NULL)
                        .redirectOutput(NULL)
                        .redirectError(directory.resolve("errors").toFile());
        // What a worker was configured by is not a container's to read.
        builder.environment().clear();
        builder.environment().put("PATH", Scripts.PATH);
        return builder.start();
    }

    /** Sends a signal; a process that is gone needs none. */
    static void signal(ProcessHandle process, int signal) {
        try {
            boolean there = Libc.kill(Math.toIntExact(process.pid()), signal);
            assert there || !process.isAlive();
        } catch (IOException e) {
            throw new IllegalStateException("can't signal process " + process.pid(), e);
        }
    }

    /** Kills a process with all that came of it. */
    static void killTree(ProcessHandle process) {
        List<ProcessHandle> below = process.descendants().toList();
        signal(process, Libc.SIGKILL);
        below.forEach(p -> signal(p, Libc.SIGKILL));
    }

    /** Kills what is left of a session, whoever its parents are now. */
    static void killSession(long session) {
        ProcessHandle.allProcesses()
                .filter(p -> session(p) == session)
                .forEach(p -> signal(p, Libc.SIGKILL));
    }

    private static long session(ProcessHandle process) {
        return Records.read(Path.of("/proc", Long.toString(process.pid()), "stat"))
                // After the name in brackets: state, parent, group, session.
                .map(s -> s.substring(s.lastIndexOf(')') + 2).split(" ")[3])
                .map(Long::parseLong)
                .orElse(-1L);
    }
}

package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.ExecSession;
import dev.quilla.kubelet.runtime.ExecSpec;
import dev.quilla.kubelet.runtime.libc.Libc;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** Runs programs beside a container's own. */
final class ProcessExecs {

    private static final File NULL = new File("/dev/null");

    /** Opens a terminal as its own, and becomes what follows. */
    private static final String ON_TERMINAL =
            "tty=$1; shift; exec <\"$tty\" >\"$tty\" 2>&1; export TERM=xterm; exec \"$@\"";

    private final ProcessContainers containers;

    ProcessExecs(ProcessContainers containers) {
        this.containers = containers;
    }

    ExecSession exec(ContainerId id, ExecSpec spec) {
        long pid = containers.running(id).pid();
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "/bin/sh",
                                containers.files(id).execEntry().toString(),
                                Long.toString(pid)));
        words.addAll(spec.command());
        try {
            return spec.tty() ? onTerminal(words) : piped(words, spec.stdin());
        } catch (IOException e) {
            throw new ContainerRuntimeException(
                    Reason.UNAVAILABLE, "can't run a program in " + id + ": " + e.getMessage(), e);
        }
    }

    ExecSession attach(ContainerId id) {
        containers.running(id);
        try {
            return AttachedSession.open(containers.files(id));
        } catch (IOException e) {
            throw new ContainerRuntimeException(
                    Reason.UNAVAILABLE, "can't attach to " + id + ": " + e.getMessage(), e);
        }
    }

    private static Process start(List<String> words, boolean stdin) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().clear();
        builder.environment().put("PATH", Scripts.PATH);
        if (!stdin) {
            builder.redirectInput(NULL);
        }
        return builder.start();
    }

    private static ExecSession piped(List<String> words, boolean stdin) throws IOException {
        return new Piped(start(words, stdin));
    }

    private static ExecSession onTerminal(List<String> words) throws IOException {
        PseudoTerminal terminal = PseudoTerminal.open();
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "setsid",
                                "-w",
                                "/bin/sh",
                                "-c",
                                ON_TERMINAL,
                                "sh",
                                terminal.programSide()));
        all.addAll(words);
        // Until its programs have it open: where nobody has, reading would meet its end.
        int held = Libc.open(terminal.programSide(), Libc.O_RDWR_NOCTTY_CLOEXEC);
        try {
            Process process = start(all, false);
            terminal.start();
            process.onExit().thenRun(() -> release(held));
            return new OnTerminal(process, terminal);
        } catch (IOException e) {
            release(held);
            terminal.abandon();
            throw e;
        }
    }

    private static void release(int descriptor) {
        try {
            Libc.close(descriptor);
        } catch (IOException e) {
            throw new IllegalStateException("a terminal was closed twice", e);
        }
    }

    private static void end(Process process) {
        List<ProcessHandle> below = process.descendants().toList();
        process.destroyForcibly();
        below.forEach(ProcessHandle::destroyForcibly);
    }

    /** A program with plain streams. */
    private record Piped(Process process) implements ExecSession {

        @Override
        public OutputStream stdin() {
            return process.getOutputStream();
        }

        @Override
        public InputStream stdout() {
            return process.getInputStream();
        }

        @Override
        public InputStream stderr() {
            return process.getErrorStream();
        }

        @Override
        public void resize(int columns, int rows) {
            // Nothing to resize without a terminal.
        }

        @Override
        public int waitFor() throws InterruptedException {
            return process.waitFor();
        }

        @Override
        public void close() {
            end(process);
        }
    }

    /** A program on a terminal. */
    private record OnTerminal(Process process, PseudoTerminal terminal) implements ExecSession {

        @Override
        public OutputStream stdin() {
            return terminal.input();
        }

        @Override
        public InputStream stdout() {
            return terminal.output();
        }

        @Override
        public InputStream stderr() {
            return InputStream.nullInputStream();
        }

        @Override
        public void resize(int columns, int rows) {
            terminal.resize(columns, rows);
        }

        @Override
        public int waitFor() throws InterruptedException {
            return process.waitFor();
        }

        @Override
        public void close() {
            end(process);
        }
    }
}

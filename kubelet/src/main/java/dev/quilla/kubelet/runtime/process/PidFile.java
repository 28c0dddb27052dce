package dev.quilla.kubelet.runtime.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process found again by a file. A number can be given to a stranger later, so the process must
 * have started before the file was written.
 */
record PidFile(Path file) {

    private static final int CLOCK_SLACK_SECONDS = 1;

    boolean exists() {
        return Files.exists(file);
    }

    Optional<ProcessHandle> process() {
        Optional<String> text = Records.read(file);
        if (text.isEmpty() || text.get().isEmpty()) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(text.get()))
                .filter(ProcessHandle::isAlive)
                .filter(p -> !isZombie(p))
                .filter(p ->
                        p.info()
                                .startInstant()
                                .map(s ->
                                        !s.isAfter(
                                                Records.writtenAt(file)
                                                        .plusSeconds(CLOCK_SLACK_SECONDS)))
                                .orElse(true));
    }

    /** Ended, with nobody who asked how: where process 1 doesn't, adopted ones stay so. */
    private static boolean isZombie(ProcessHandle process) {
        return Records.read(Path.of("/proc", Long.toString(process.pid()), "stat"))
                .map(s -> s.startsWith(") Z ", s.lastIndexOf(')')))
                .orElse(true);
    }
}

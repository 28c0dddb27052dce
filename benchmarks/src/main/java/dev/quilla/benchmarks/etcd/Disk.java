package dev.quilla.benchmarks.etcd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** What the disk allows: a log can't be faster than this without grouping its writes. */
final class Disk {

    private static final int RECORD_BYTES = 2_048;

    private Disk() {}

    /**
     * How often a second a record can be appended to a file and be made durable.
     *
     * @param dir where the file is made, and removed
     */
    static double syncs(Path dir, Duration during) throws IOException {
        Path file = Files.createTempFile(dir, "syncs", "");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long start = System.nanoTime();
            int count = 0;
            while (System.nanoTime() - start < during.toNanos()) {
                channel.write(ByteBuffer.allocate(RECORD_BYTES));
                channel.force(false);
                count++;
            }
            return count / ((System.nanoTime() - start) / 1e9);
        } finally {
            Files.delete(file);
        }
    }
}

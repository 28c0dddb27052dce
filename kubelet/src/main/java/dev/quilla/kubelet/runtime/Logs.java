package dev.quilla.kubelet.runtime;

import dev.quilla.model.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Writes a log as people read it. */
public final class Logs {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'")
                    .withZone(ZoneOffset.UTC);

    private Logs() {}

    /**
     * Writes entries until the log ends or the byte limit is reached; flushes after each one when
     * following, so that a reader sees a line when it is written.
     */
    public static void copy(LogStream log, LogOptions options, OutputStream out)
            throws IOException {
        long left = options.limitBytes().orElse(Long.MAX_VALUE);
        boolean lineStart = true;
        for (Optional<LogEntry> entry = log.next();
                entry.isPresent() && left > 0;
                entry = log.next()) {
            if (options.timestamps() && lineStart) {
                left -= write(stamp(entry.get().time()), left, out);
            }
            Bytes text = entry.get().text();
            left -= write(text.shared(), left, out);
            lineStart = text.length() > 0 && text.shared()[text.length() - 1] == '\n';
            if (options.follow()) {
                out.flush();
            }
        }
        out.flush();
    }

    private static byte[] stamp(Instant time) {
        return (TIME.format(time) + " ").getBytes(StandardCharsets.US_ASCII);
    }

    private static int write(byte[] bytes, long limit, OutputStream out) throws IOException {
        int length = (int) Math.min(limit, bytes.length);
        out.write(bytes, 0, length);
        return length;
    }
}

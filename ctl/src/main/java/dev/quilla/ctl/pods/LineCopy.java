package dev.quilla.ctl.pods;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Copies a log; whole lines where several logs share the output. */
final class LineCopy {

    private static final int BUFFER = 16 << 10;
    private static final int LINE_BYTES_MAX = 1 << 20;

    private final InputStream in;
    private final PrintStream out;
    private final byte[] label;

    LineCopy(InputStream in, PrintStream out, String label) {
        this.in = in;
        this.out = out;
        this.label = label.getBytes(StandardCharsets.UTF_8);
    }

    void run(boolean byLines) throws IOException {
        if (byLines || label.length > 0) {
            lines();
        } else {
            in.transferTo(out);
        }
        out.flush();
    }

    private void lines() throws IOException {
        byte[] buffer = new byte[BUFFER];
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            int start = 0;
            for (int i = 0; i < count; i++) {
                if (buffer[i] == '\n') {
                    line.write(buffer, start, i + 1 - start);
                    start = i + 1;
                    print(line);
                }
            }
            line.write(buffer, start, count - start);
            if (line.size() > LINE_BYTES_MAX) {
                print(line);
            }
            out.flush();
        }
        if (line.size() > 0) {
            print(line);
        }
    }

    private void print(ByteArrayOutputStream line) {
        synchronized (out) {
            out.write(label, 0, label.length);
            out.write(line.toByteArray(), 0, line.size());
        }
        line.reset();
    }
}

package dev.quilla.kubelet.runtime.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * When which part of a log was written. The log itself holds only what the program said, so that a
 * shim needs nothing but a shell; the runtime marks, while it is open, how long the log was when. A
 * line's time is that of the first mark behind it, or of the last write.
 */
final class LogMarks {

    /** Up to where the log had come by when. */
    private record Mark(long offset, Instant time) {}

    private final List<Mark> marks;
    private final Instant last;

    private LogMarks(List<Mark> marks, Instant last) {
        this.marks = marks;
        this.last = last;
    }

    static LogMarks read(ContainerFiles files, Instant last) {
        List<Mark> marks = new ArrayList<>();
        Records.read(files.marks())
                .ifPresent(text ->
                        text.lines()
                                .map(l -> l.split(" "))
                                .filter(w -> w.length == 2)
                                .forEach(w ->
                                        marks.add(
                                                new Mark(
                                                        Long.parseLong(w[0]),
                                                        Instant.ofEpochMilli(
                                                                Long.parseLong(w[1]))))));
        return new LogMarks(marks, last);
    }

    /** When what ends at an offset was written, at the latest. */
    Instant timeOf(long offset) {
        int low = 0;
        int high = marks.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (marks.get(middle).offset() < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < marks.size() ? marks.get(low).time() : last;
    }

    /** Notes how long the log is; answers its length. */
    static long mark(ContainerFiles files, long before) throws IOException {
        LogPieces pieces = LogPieces.of(files.root());
        long length = pieces.end();
        if (length > before) {
            Path newest = files.log(pieces.last());
            Files.writeString(
                    files.marks(),
                    length + " " + Files.getLastModifiedTime(newest).toMillis() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
        return length;
    }
}

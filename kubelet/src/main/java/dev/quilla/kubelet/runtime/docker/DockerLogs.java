package dev.quilla.kubelet.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallbackTemplate;
import com.github.dockerjava.api.command.LogContainerCmd;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.LogEntry;
import dev.quilla.kubelet.runtime.LogOptions;
import dev.quilla.kubelet.runtime.LogStream;
import dev.quilla.model.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Reads a container's log from the daemon. The daemon's sender waits while the queue is full, so a
 * slow reader costs no memory.
 */
final class DockerLogs implements LogStream {

    private static final int QUEUED_ENTRIES_MAX = 256;
    private static final int TIME_CHARACTERS_MAX = 40;

    private final BlockingQueue<Optional<LogEntry>> entries =
            new ArrayBlockingQueue<>(QUEUED_ENTRIES_MAX);
    private final Optional<Instant> since;
    private final ByteArrayOutputStream rawLine = new ByteArrayOutputStream();
    private final Receiver receiver = new Receiver();
    private volatile boolean done;
    private volatile Optional<Throwable> failure = Optional.empty();
    private Instant lastTime = Instant.EPOCH;
    private boolean lineStart = true;

    private DockerLogs(Optional<Instant> since) {
        this.since = since;
    }

    static LogStream open(DockerClient docker, ContainerId id, LogOptions options) {
        LogContainerCmd command =
                docker.logContainerCmd(id.value())
                        .withStdOut(true)
                        .withStdErr(true)
                        .withTimestamps(true)
                        .withFollowStream(options.follow());
        options.tailLines().ifPresent(n -> command.withTail((int) Math.min(Integer.MAX_VALUE, n)));
        options.since().ifPresent(t -> command.withSince(Math.toIntExact(t.getEpochSecond())));
        DockerLogs logs = new DockerLogs(options.since());
        command.exec(logs.receiver);
        return logs;
    }

    @Override
    public Optional<LogEntry> next() throws IOException {
        if (done && entries.isEmpty()) {
            return ended();
        }
        try {
            Optional<LogEntry> entry = entries.take();
            return entry.isPresent() ? entry : ended();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private Optional<LogEntry> ended() throws IOException {
        done = true;
        if (failure.isPresent()) {
            throw new IOException(
                    "the container's log can't be read: " + failure.get().getMessage(),
                    failure.get());
        }
        return Optional.empty();
    }

    /** A terminal's log comes without frames. */
    private void split(byte[] bytes) {
        for (byte b : bytes) {
            rawLine.write(b);
            if (b == '\n') {
                add(false, rawLine.toByteArray());
                rawLine.reset();
            }
        }
    }

    /**
     * Each part begins with its time; also parts of a long line, of which only the first counts.
     */
    private void add(boolean stderr, byte[] stamped) {
        int space = 0;
        int limit = Math.min(stamped.length, TIME_CHARACTERS_MAX);
        while (space < limit && stamped[space] != ' ') {
            space++;
        }
        byte[] text = stamped;
        try {
            Instant time = Instant.parse(new String(stamped, 0, space, StandardCharsets.US_ASCII));
            lastTime = lineStart ? time : lastTime;
            text = Arrays.copyOfRange(stamped, Math.min(space + 1, stamped.length), stamped.length);
        } catch (DateTimeException _) {
            // Not a time: a part that the daemon has cut in two. It keeps the time before.
        }
        lineStart = text.length > 0 && text[text.length - 1] == '\n';
        if (since.isEmpty() || !lastTime.isBefore(since.get())) {
            put(Optional.of(new LogEntry(lastTime, stderr, Bytes.wrap(text))));
        }
    }

    private void put(Optional<LogEntry> entry) {
        try {
            if (!done) {
                entries.put(entry);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        done = true;
        try {
            receiver.close();
        } catch (IOException _) {
            // The connection is gone, which is what was wanted.
        }
        // Frees a writer that waits for room and a reader that waits for an entry.
        entries.clear();
        boolean told = entries.offer(Optional.empty());
        assert told || done;
    }

    /** Takes what the daemon sends, on a thread of the client library's. */
    private final class Receiver extends ResultCallbackTemplate<Receiver, Frame> {

        @Override
        public void onNext(Frame frame) {
            if (frame.getStreamType() == StreamType.RAW) {
                split(frame.getPayload());
            } else {
                add(frame.getStreamType() == StreamType.STDERR, frame.getPayload());
            }
        }

        @Override
        public void onError(Throwable throwable) {
            if (!done) {
                failure = Optional.of(throwable);
            }
            onComplete();
        }

        @Override
        public void onComplete() {
            if (rawLine.size() > 0) {
                add(false, rawLine.toByteArray());
                rawLine.reset();
            }
            put(Optional.empty());
            super.onComplete();
        }
    }
}

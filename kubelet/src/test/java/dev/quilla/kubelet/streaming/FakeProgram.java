package dev.quilla.kubelet.streaming;

import dev.quilla.kubelet.runtime.BytePipe;
import dev.quilla.kubelet.runtime.ExecSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;

/** A program whose side of the streams a test holds. */
final class FakeProgram implements ExecSession {

    final BytePipe input = new BytePipe();
    final BlockingQueue<String> sizes = new LinkedBlockingQueue<>();
    final CompletableFuture<Void> letGo = new CompletableFuture<>();
    private final BytePipe output = new BytePipe();
    private final BytePipe errors = new BytePipe();
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

    void prints(String text) throws IOException {
        pipeOutput(output).write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    void complains(String text) throws IOException {
        pipeOutput(errors).write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    void exits(int code) {
        exitCode.complete(code);
        output.end();
        errors.end();
    }

    @Override
    public OutputStream stdin() {
        return pipeOutput(input);
    }

    @Override
    public InputStream stdout() {
        return output;
    }

    @Override
    public InputStream stderr() {
        return errors;
    }

    @Override
    public void resize(int columns, int rows) {
        sizes.add(columns + "x" + rows);
    }

    @Override
    public int waitFor() throws InterruptedException {
        try {
            return exitCode.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        letGo.complete(null);
        exits(137);
    }

    private static OutputStream pipeOutput(BytePipe pipe) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                try {
                    pipe.write(bytes, offset, length);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted");
                }
            }

            @Override
            public void close() {
                pipe.end();
            }
        };
    }
}

package dev.quilla.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The program {@code nft}, bounded in time and in what it may say. */
final class Nft {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int ANSWER_BYTES_MAX = 64 << 20;
    private static final int COMPLAINT_MAX = 1000;
    private static final int BLOCK = 16 << 10;

    /**
     * Changes the kernel's rules in one transaction.
     *
     * @throws IOException if nothing has been changed, with the reason
     */
    void run(String commands) throws IOException, InterruptedException {
        call(commands, "-f", "-");
    }

    /** A table without the elements of its sets and maps; empty if there is no such table. */
    String outline(String table) throws IOException, InterruptedException {
        // Of a single table nft would fetch every element, which takes seconds for many services.
        String all = call("", "-n", "-t", "list", "ruleset", "ip");
        return all.lines()
                .dropWhile(line -> !line.equals("table ip " + table + " {"))
                .takeWhile(line -> !line.equals("}"))
                .collect(Collectors.joining("\n"));
    }

    private static String call(String input, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("nft"));
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        CompletableFuture<String> said = new CompletableFuture<>();
        Thread.ofVirtual().name("nft-in").start(() -> feed(process, input));
        Thread.ofVirtual().name("nft-out").start(() -> gather(process, said));
        try {
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("nft does not end within " + LIMIT);
            }
            String answer = said.get();
            if (process.exitValue() != 0) {
                throw new IOException(
                        "nft refused: "
                                + answer.substring(0, Math.min(answer.length(), COMPLAINT_MAX)));
            }
            return answer;
        } catch (ExecutionException e) {
            throw new IOException("nft can't be read: " + e.getMessage(), e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void feed(Process process, String input) {
        try (OutputStream out = process.getOutputStream()) {
            out.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            // It ended without reading; its exit code tells.
        }
    }

    private static void gather(Process process, CompletableFuture<String> said) {
        byte[] block = new byte[BLOCK];
        try (InputStream in = process.getInputStream()) {
            byte[] kept = in.readNBytes(ANSWER_BYTES_MAX);
            while (in.read(block) >= 0) {
                // What is too much is read all the same, or it would never end.
            }
            said.complete(new String(kept, StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            said.completeExceptionally(e);
        }
    }
}

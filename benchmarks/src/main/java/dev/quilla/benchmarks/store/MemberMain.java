package dev.quilla.benchmarks.store;

import dev.quilla.store.Store;
import dev.quilla.store.raft.RaftStore;
import dev.quilla.store.raft.RaftStoreConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One member as a process. Takes lines {@code NUMBER REQUEST}, all at once, and answers {@code
 * NUMBER TEXT}.
 */
final class MemberMain {

    private final Store store;
    private final Client client;
    private final Background background = new Background();

    private MemberMain(Store store) {
        this.store = store;
        this.client = new Client(store);
    }

    /** Arguments: id, all ports, data directory, directory of keys, election time-outs in ms. */
    public static void main(String[] args) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        MemberMain member = new MemberMain(RaftStore.open(config(args)));
        answers.println("0 ready");
        BufferedReader requests =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            String[] words = line.split(" ");
            Thread.startVirtualThread(() -> answers.println(words[0] + " " + member.answer(words)));
        }
        System.exit(0);
    }

    private static RaftStoreConfig config(String[] args) {
        List<RaftStoreConfig.Member> members = new ArrayList<>();
        for (String port : args[1].split(",")) {
            String id = "m" + (members.size() + 1);
            members.add(new RaftStoreConfig.Member(id, "127.0.0.1", Integer.parseInt(port)));
        }
        Path pki = Path.of(args[3]);
        return new RaftStoreConfig(
                "benchmark",
                args[0],
                members,
                Path.of(args[2]),
                Optional.of(
                        new RaftStoreConfig.Tls(
                                pki.resolve(args[0] + ".key"),
                                pki.resolve(args[0] + ".crt"),
                                pki.resolve("ca.crt"))),
                Duration.ofMillis(Long.parseLong(args[4])),
                Duration.ofMillis(Long.parseLong(args[5])),
                20_000,
                why -> {
                    System.err.println("quilla: " + why);
                    Runtime.getRuntime().halt(1);
                });
    }

    private String answer(String[] words) {
        try {
            return switch (words[1]) {
                case "role" -> store.leadership().term().isPresent() ? "leader" : "follower";
                case "puts" -> loop(words).run(client::put);
                case "gets" -> loop(words).run(client::get);
                case "caught-up" -> String.valueOf(client.get());
                case "first-since" -> "" + background.firstSince(Long.parseLong(words[2]));
                case "writers" -> {
                    background.start(client, Integer.parseInt(words[2]), millis(words[3]));
                    yield "started";
                }
                default -> throw new IllegalArgumentException(words[1]);
            };
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ClosedLoop loop(String[] words) {
        return new ClosedLoop(Integer.parseInt(words[2]), millis(words[3]));
    }

    private static Duration millis(String text) {
        return Duration.ofMillis(Long.parseLong(text));
    }
}

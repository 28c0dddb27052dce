package dev.quilla.store.raft;

import dev.quilla.store.Bytes;
import dev.quilla.store.Entry;
import dev.quilla.store.Freshness;
import dev.quilla.store.Key;
import dev.quilla.store.Op;
import dev.quilla.store.Outcome;
import dev.quilla.store.Store;
import dev.quilla.store.StoreException;
import dev.quilla.store.Txn;
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
 * One member as a process. Takes requests as lines {@code NUMBER put KEY VALUE}, {@code NUMBER get
 * KEY} and {@code NUMBER role}, all at once, and answers {@code NUMBER ok|no TEXT}. Ends with its
 * input.
 */
final class MemberMain {

    private MemberMain() {}

    /**
     * Arguments: the member's id, all ports in the members' order, the data directory, the election
     * time-out in milliseconds.
     */
    public static void main(String[] args) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        try {
            Store store =
                    RaftStore.open(
                            config(
                                    args[0],
                                    args[1].split(","),
                                    Path.of(args[2]),
                                    Long.parseLong(args[3])));
            answers.println("0 ok ready");
            serve(store, answers);
        } catch (StoreException e) {
            System.err.println("quilla: " + e.getMessage());
            System.exit(1);
        }
    }

    /** How a member of these is set up. */
    static RaftStoreConfig config(String id, String[] ports, Path dataDir, long election) {
        List<RaftStoreConfig.Member> members = new ArrayList<>();
        for (int i = 0; i < ports.length; i++) {
            members.add(
                    new RaftStoreConfig.Member(
                            "m" + (i + 1), "127.0.0.1", Integer.parseInt(ports[i])));
        }
        return new RaftStoreConfig(
                "processes",
                id,
                members,
                dataDir,
                Optional.empty(),
                Duration.ofMillis(election),
                Duration.ofMillis(2 * election),
                500,
                why -> {
                    System.err.println("quilla: " + why);
                    Runtime.getRuntime().halt(1);
                });
    }

    private static void serve(Store store, PrintStream answers) throws IOException {
        BufferedReader requests =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            String[] words = line.split(" ", 4);
            Thread.startVirtualThread(() -> answers.println(words[0] + " " + answer(store, words)));
        }
        store.close();
        System.exit(0);
    }

    private static String answer(Store store, String[] words) {
        try {
            return "ok "
                    + switch (words[1]) {
                        case "put" -> put(store, words[2], words[3]);
                        case "get" -> get(store, words[2]);
                        default -> store.leadership().term().isPresent() ? "leader" : "follower";
                    };
        } catch (StoreException e) {
            return "no " + e.getMessage();
        }
    }

    private static String put(Store store, String key, String value) {
        Bytes bytes = Bytes.wrap(value.getBytes(StandardCharsets.UTF_8));
        Outcome outcome = store.commit(Txn.of(List.of(), List.of(new Op.Put(new Key(key), bytes))));
        return outcome.toString();
    }

    private static String get(Store store, String key) {
        return store.view(new Freshness.Linearizable())
                .get(new Key(key))
                .map(Entry::value)
                .map(v -> new String(v.shared(), StandardCharsets.UTF_8))
                .orElse("");
    }
}

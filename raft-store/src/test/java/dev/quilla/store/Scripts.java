package dev.quilla.store;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/** Random commands over few keys and leases, so that they meet. */
public final class Scripts extends DomainContextBase {

    /** Commands in order. */
    public record Script(List<Command> commands) {}

    private static final Amounts LIMIT = Amounts.of(Map.of("cpu", 10L));

    @Provide
    Arbitrary<Script> scripts() {
        return commands().list().ofMinSize(1).ofMaxSize(40).map(Script::new);
    }

    private static Arbitrary<Command> commands() {
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(10, txns()),
                net.jqwik.api.Tuple.of(1, leases().map(l -> new Command.Grant(l, ttl(l)))),
                net.jqwik.api.Tuple.of(1, leases().map(Command.Renew::new)),
                net.jqwik.api.Tuple.of(1, leases().map(Command.End::revoked)),
                net.jqwik.api.Tuple.of(
                        1, Arbitraries.longs().between(0, 15).map(Command.Compact::new)));
    }

    private static Duration ttl(LeaseId lease) {
        return Duration.ofHours(lease.number());
    }

    private static Arbitrary<Command> txns() {
        return Combinators.combine(
                        compares().list().ofMaxSize(2),
                        ops().list().ofMinSize(1).ofMaxSize(4),
                        Arbitraries.frequency(
                                net.jqwik.api.Tuple.of(20, OptionalLong.empty()),
                                net.jqwik.api.Tuple.of(1, OptionalLong.of(999_999))))
                .as(Txn::new);
    }

    private static Arbitrary<Compare> compares() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 2),
                        keys(),
                        Arbitraries.longs().between(1, 12))
                .as((kind, key, revision) ->
                        switch (kind) {
                            case 0 -> new Compare.Absent(key);
                            case 1 -> new Compare.Present(key);
                            default -> new Compare.ModRevision(key, revision);
                        });
    }

    private static Arbitrary<Op> ops() {
        Arbitrary<LeaseId> held =
                Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(4, Arbitraries.just(LeaseId.NONE)),
                        net.jqwik.api.Tuple.of(1, leases()));
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(
                        6,
                        Combinators.combine(keys(), Arbitraries.integers().between(0, 9), held)
                                .as((key, value, lease) ->
                                        new Op.Put(key, bytes("v" + value), lease))),
                net.jqwik.api.Tuple.of(3, keys().map(Op.Delete::new)),
                net.jqwik.api.Tuple.of(
                        2,
                        Arbitraries.longs()
                                .between(-3, 6)
                                .map(n ->
                                        new Op.BoundedAdd(
                                                new Key("/counter"),
                                                Amounts.of(Map.of("cpu", n)),
                                                LIMIT))));
    }

    private static Arbitrary<Key> keys() {
        List<Key> keys = new ArrayList<>();
        for (String text : List.of("/a", "/a/b", "/a/c", "/b", "/b/x", "/c")) {
            keys.add(new Key(text));
        }
        return Arbitraries.of(keys);
    }

    private static Arbitrary<LeaseId> leases() {
        return Arbitraries.longs().between(1, 3).map(LeaseId::new);
    }

    private static Bytes bytes(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}

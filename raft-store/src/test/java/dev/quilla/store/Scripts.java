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
                net.jqwik.api.Tuple.of(6, choices(2)),
                net.jqwik.api.Tuple.of(1, leases().map(l -> new Command.Grant(l, ttl(l)))),
                net.jqwik.api.Tuple.of(1, leases().map(Command.Renew::new)),
                net.jqwik.api.Tuple.of(1, leases().map(Command.End::revoked)),
                net.jqwik.api.Tuple.of(
                        1, Arbitraries.longs().between(0, 15).map(Command.Compact::new)),
                net.jqwik.api.Tuple.of(
                        1,
                        Arbitraries.longs()
                                .between(0, 6)
                                .map(entries -> new Command.Limit(entries * 140))),
                net.jqwik.api.Tuple.of(1, Arbitraries.of(true, false).map(Command.Alarm::new)));
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

    private static Arbitrary<Choice> choices(int depth) {
        return Combinators.combine(
                        conditions().list().ofMaxSize(2),
                        steps(depth).list().ofMinSize(1).ofMaxSize(3),
                        steps(depth).list().ofMaxSize(2))
                .as(Choice::new);
    }

    private static Arbitrary<Condition> conditions() {
        Arbitrary<Condition.Wanted> wanted =
                Combinators.combine(
                                Arbitraries.integers().between(0, 4),
                                Arbitraries.longs().between(0, 9))
                        .as((kind, number) ->
                                switch (kind) {
                                    case 0 -> new Condition.Wanted.Version(number);
                                    case 1 -> new Condition.Wanted.Created(number);
                                    case 2 -> new Condition.Wanted.Modified(number);
                                    case 3 -> new Condition.Wanted.Leased(number);
                                    default -> new Condition.Wanted.Value(bytes("v" + number));
                                });
        return Combinators.combine(ranges(), Arbitraries.of(Condition.Relation.values()), wanted)
                .as(Condition::new);
    }

    private static Arbitrary<KeyRange> ranges() {
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(4, keys().map(KeyRange::of)),
                net.jqwik.api.Tuple.of(1, Arbitraries.of("/a", "/b", "/").map(KeyRange::prefix)));
    }

    private static Arbitrary<Step> steps(int depth) {
        Arbitrary<Step> puts =
                Combinators.combine(
                                keys(),
                                Arbitraries.integers()
                                        .between(0, 9)
                                        .map(n -> bytes("v" + n))
                                        .optional(0.9),
                                Arbitraries.frequencyOf(
                                                net.jqwik.api.Tuple.of(
                                                        6, Arbitraries.just(LeaseId.NONE)),
                                                net.jqwik.api.Tuple.of(1, leases()))
                                        .optional(0.9),
                                Arbitraries.of(true, false))
                        .as(Step.Put::new);
        Arbitrary<Step> gets =
                Combinators.combine(ranges(), Arbitraries.integers().between(0, 2))
                        .as(Step.Get::new);
        Arbitrary<Step> deletes =
                Combinators.combine(ranges(), Arbitraries.of(true, false)).as(Step.Delete::new);
        Arbitrary<Step> plain =
                Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(6, puts),
                        net.jqwik.api.Tuple.of(2, gets),
                        net.jqwik.api.Tuple.of(2, deletes));
        return depth == 0
                ? plain
                : Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(8, plain),
                        net.jqwik.api.Tuple.of(1, choices(depth - 1).map(Step.Choose::new)));
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

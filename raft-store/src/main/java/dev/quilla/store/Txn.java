package dev.quilla.store;

import java.util.List;
import java.util.OptionalLong;

/**
 * Several writes that happen together, at one revision, or not at all.
 *
 * @param when all must hold
 * @param then happens in this order
 * @param fenceTerm the term of leadership that the writer acts under; a transaction whose log entry
 *     is of a later term is refused
 */
public record Txn(List<Compare> when, List<Op> then, OptionalLong fenceTerm) implements Command {

    /** More operations in one transaction are refused. */
    public static final int OPS_MAX = 128;

    public Txn {
        when = List.copyOf(when);
        then = List.copyOf(then);
        if (when.size() > OPS_MAX || then.size() > OPS_MAX) {
            throw new TooLargeException(
                    "a transaction has at most " + OPS_MAX + " conditions and writes");
        }
    }

    /** A transaction by nobody who could lose leadership. */
    public static Txn of(List<Compare> when, List<Op> then) {
        return new Txn(when, then, OptionalLong.empty());
    }

    /** How many bytes its keys and values have. */
    @Override
    public long bytes() {
        long sum = 0;
        for (Op op : then) {
            sum += op.key().text().length();
            if (op instanceof Op.Put put) {
                sum += put.value().length();
            }
        }
        return sum;
    }
}

package dev.quilla.store;

import java.util.List;

/**
 * Looks at keys, and then takes one list of steps or the other, at one revision; it answers what
 * its steps found. It is etcd's transaction ({@code etcdserverpb.TxnRequest}), for clients that
 * don't know beforehand what they will do; who does takes a {@link Txn}, which costs less.
 *
 * @param when all must hold
 * @param then is done in this order where they do
 * @param otherwise is done in this order where one does not
 */
public record Choice(List<Condition> when, List<Step> then, List<Step> otherwise)
        implements Command {

    /** More conditions, or more steps of a list, are refused; so is deeper nesting. */
    public static final int STEPS_MAX = Txn.OPS_MAX;

    public Choice {
        when = List.copyOf(when);
        then = List.copyOf(then);
        otherwise = List.copyOf(otherwise);
        if (size(when, then, otherwise) > STEPS_MAX) {
            throw new TooLargeException(
                    "a transaction has at most "
                            + STEPS_MAX
                            + " conditions and steps along any way through it");
        }
    }

    /** Takes some steps, whatever is there. */
    public static Choice of(Step... steps) {
        return new Choice(List.of(), List.of(steps), List.of());
    }

    @Override
    public long bytes() {
        long sum = SMALL;
        for (Condition condition : when) {
            sum += condition.bytes();
        }
        for (Step step : then) {
            sum += step.bytes();
        }
        for (Step step : otherwise) {
            sum += step.bytes();
        }
        return sum;
    }

    /** How many conditions or steps the longest way through it has. */
    private static int size(List<Condition> when, List<Step> then, List<Step> otherwise) {
        int widest = Math.max(when.size(), Math.max(then.size(), otherwise.size()));
        return widest + Math.max(deepest(then), deepest(otherwise));
    }

    private static int deepest(List<Step> steps) {
        return steps.stream()
                .mapToInt(step ->
                        step instanceof Step.Choose(Choice c)
                                ? size(c.when, c.then, c.otherwise)
                                : 0)
                .max()
                .orElse(0);
    }
}

package dev.quilla.apiserver.exposition;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;

/**
 * How often values were how large: counts in buckets with fixed bounds, and the sum of all. Its
 * size never changes. Thread-safe; observing waits for nobody. What is read while values come is
 * nearly what was true at one time.
 */
public final class Histogram {

    /**
     * The upper bounds of buckets, ascending; one more bucket holds what is larger than all.
     * Immutable; shared by all histograms of a family.
     */
    public static final class Bounds {

        private final double[] values;

        private Bounds(double[] values) {
            this.values = values;
        }

        /**
         * These bounds.
         *
         * @throws IllegalArgumentException if they don't ascend
         */
        public static Bounds of(double... values) {
            for (int i = 1; i < values.length; i++) {
                if (!(values[i - 1] < values[i])) {
                    throw new IllegalArgumentException("the bounds must ascend");
                }
            }
            return new Bounds(values.clone());
        }

        private int bucket(double value) {
            int bucket = 0;
            while (bucket < values.length && value > values[bucket]) {
                bucket++;
            }
            return bucket;
        }
    }

    private final Bounds bounds;
    private final AtomicLongArray counts;
    private final DoubleAdder sum = new DoubleAdder();

    /** An empty one. */
    public Histogram(Bounds bounds) {
        this.bounds = bounds;
        this.counts = new AtomicLongArray(bounds.values.length + 1);
    }

    /** Counts a value. */
    public void observe(double value) {
        counts.incrementAndGet(bounds.bucket(value));
        sum.add(value);
    }

    /** Counts a time, in seconds. */
    public void observeNanos(long nanos) {
        observe(nanos / 1e9);
    }

    /** How many values there were. */
    public long count() {
        long count = 0;
        for (int i = 0; i < counts.length(); i++) {
            count += counts.get(i);
        }
        return count;
    }

    /**
     * Adds its lines to a text.
     *
     * @param labels the labels of each line, as they are written between braces; may be empty
     */
    void write(StringBuilder text, String name, String labels) {
        String before = labels.isEmpty() ? "" : labels + ",";
        long below = 0;
        for (int i = 0; i < counts.length(); i++) {
            below += counts.get(i);
            String bound = i < bounds.values.length ? Exposition.number(bounds.values[i]) : "+Inf";
            Exposition.line(text, name + "_bucket", before + "le=\"" + bound + "\"", below);
        }
        Exposition.line(text, name + "_sum", labels, sum.sum());
        Exposition.line(text, name + "_count", labels, below);
    }
}

package dev.quilla.apiserver.exposition;

/**
 * A text of figures that Prometheus reads (its text format, version 0.0.4): families of lines of
 * one name, each family after a line that says what it is. Not thread-safe.
 */
public final class Exposition {

    private final StringBuilder text = new StringBuilder();
    private String family = "";

    /**
     * Starts a family of counters.
     *
     * @param help what it counts, in one line
     */
    public Exposition counters(String name, String help) {
        return family(name, "counter", help);
    }

    /** Starts a family of figures that rise and fall. */
    public Exposition gauges(String name, String help) {
        return family(name, "gauge", help);
    }

    /** Starts a family of histograms. */
    public Exposition histograms(String name, String help) {
        return family(name, "histogram", help);
    }

    private Exposition family(String name, String type, String help) {
        family = name;
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        return this;
    }

    /**
     * Adds a figure to the family.
     *
     * @param labels as they are written between braces; may be empty
     */
    public Exposition add(String labels, double value) {
        line(text, family, labels, value);
        return this;
    }

    /** Adds a histogram to the family. */
    public Exposition add(String labels, Histogram histogram) {
        histogram.write(text, family, labels);
        return this;
    }

    /** All of it. */
    public String text() {
        return text.toString();
    }

    static void line(StringBuilder text, String name, String labels, double value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(number(value)).append('\n');
    }

    /** Whole numbers without a fraction, as people write them. */
    static String number(double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        return whole ? Long.toString((long) value) : Double.toString(value);
    }
}

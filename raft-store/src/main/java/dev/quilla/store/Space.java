package dev.quilla.store;

/**
 * How much the entries and leases take, and how much they may.
 *
 * @param bytes what they take in memory, about
 * @param bytesMax what they may take; 0 for as much as there is
 * @param alarm whether something was refused
 */
public record Space(long bytes, long bytesMax, Alarm alarm) {

    /** Nothing, and no limit. */
    public static final Space NONE = new Space(0, 0, Alarm.OFF);

    /** What an entry or a lease takes beside its key and its value. */
    public static final int OVERHEAD = 128;

    /** Whether the limit has been met. */
    public enum Alarm {
        /** It has not. */
        OFF,

        /**
         * A write was refused; ends when a twentieth of the space is free again, or when somebody
         * says so.
         */
        ON,

        /** Somebody has raised it: nothing may grow until somebody ends it. */
        BY_HAND
    }

    /** What an entry takes. */
    public static long of(Entry entry) {
        return entry.key().text().length() + entry.value().length() + (long) OVERHEAD;
    }

    /**
     * Whether a change from this to so many bytes must be refused. What is there may grow a little
     * beyond the limit, or nothing could be marked for deletion any more; new keys may not.
     *
     * @param newKeys whether there are more keys, or leases, than before
     */
    public boolean refuses(long bytesAfter, boolean newKeys) {
        if (bytesAfter <= bytes) {
            return false;
        }
        boolean over = bytesMax > 0 && bytesAfter > (newKeys ? bytesMax : bytesMax + bytesMax / 16);
        return over || alarm == Alarm.BY_HAND;
    }

    /** With so many bytes; the alarm ends by itself where it should. */
    public Space with(long bytesAfter) {
        boolean ends = alarm == Alarm.ON && bytesAfter <= bytesMax - bytesMax / 20;
        return new Space(bytesAfter, bytesMax, ends ? Alarm.OFF : alarm);
    }

    /** After something was refused. */
    public Space refused() {
        return alarm == Alarm.OFF ? new Space(bytes, bytesMax, Alarm.ON) : this;
    }

    /** With another limit. */
    public Space limited(long max) {
        return new Space(bytes, max, alarm).with(bytes);
    }

    /** As somebody says. */
    public Space alarmed(boolean on) {
        return new Space(bytes, bytesMax, on ? Alarm.BY_HAND : Alarm.OFF);
    }
}

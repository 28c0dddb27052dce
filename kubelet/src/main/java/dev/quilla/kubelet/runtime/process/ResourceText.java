package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.Resources;

/** Limits as one line of a record. */
final class ResourceText {

    private ResourceText() {}

    static String write(Resources limits) {
        return "%d %d %d %d %d %d"
                .formatted(
                        limits.cpuShares(),
                        limits.cpuQuotaMicros(),
                        limits.cpuPeriodMicros(),
                        limits.memoryLimitBytes(),
                        limits.pidsLimit(),
                        limits.oomScoreAdjust());
    }

    static Resources read(String text) {
        String[] words = text.split(" ");
        return new Resources(
                Long.parseLong(words[0]),
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                Long.parseLong(words[4]),
                Integer.parseInt(words[5]));
    }
}

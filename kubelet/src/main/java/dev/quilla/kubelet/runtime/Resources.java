package dev.quilla.kubelet.runtime;

/**
 * What a container or a whole pod may use. Zero means: not limited.
 *
 * @param cpuShares weight against others, 1024 for one CPU
 * @param cpuQuotaMicros CPU time in a period
 * @param cpuPeriodMicros the period; zero is the kernel's own, 100,000
 * @param memoryLimitBytes memory, beyond which the kernel kills a process of the container
 * @param pidsLimit how many processes and threads
 * @param oomScoreAdjust who is killed first when the machine is out of memory, -1000 to 1000
 */
public record Resources(
        long cpuShares,
        long cpuQuotaMicros,
        long cpuPeriodMicros,
        long memoryLimitBytes,
        long pidsLimit,
        int oomScoreAdjust) {

    /** The kernel's own period of CPU quotas. */
    public static final long DEFAULT_PERIOD_MICROS = 100_000;

    /** No limit at all. */
    public static final Resources UNLIMITED = new Resources(0, 0, 0, 0, 0, 0);

    private static final long MIN_SHARES = 2;
    private static final long MIN_QUOTA_MICROS = 1_000;

    /**
     * What a request and limits come to.
     *
     * @param requestMilliCpu CPU asked for, in thousandths; decides the weight
     * @param limitMilliCpu most CPU, in thousandths; zero for no limit
     * @param limitMemoryBytes most memory; zero for no limit
     */
    public static Resources of(long requestMilliCpu, long limitMilliCpu, long limitMemoryBytes) {
        long quota =
                limitMilliCpu == 0
                        ? 0
                        : Math.max(MIN_QUOTA_MICROS, limitMilliCpu * DEFAULT_PERIOD_MICROS / 1000);
        return new Resources(
                Math.max(MIN_SHARES, requestMilliCpu * 1024 / 1000),
                quota,
                quota == 0 ? 0 : DEFAULT_PERIOD_MICROS,
                limitMemoryBytes,
                0,
                0);
    }

    /** The same, with another place in the order of killing. */
    public Resources withOomScoreAdjust(int adjust) {
        return new Resources(
                cpuShares, cpuQuotaMicros, cpuPeriodMicros, memoryLimitBytes, pidsLimit, adjust);
    }
}

package dev.quorate.bench.client;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/** CPU time used so far, ns, by this process and by the members. */
record CpuTimes(long generatorNanos, long membersNanos) {
    private static final OperatingSystemMXBean OWN = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    static CpuTimes read(LongSupplier membersNanos) {
        return new CpuTimes(OWN.getProcessCpuTime(), membersNanos.getAsLong());
    }

    CpuTimes minus(CpuTimes earlier) {
        return new CpuTimes(generatorNanos - earlier.generatorNanos, membersNanos - earlier.membersNanos);
    }
}

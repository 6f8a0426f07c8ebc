package dev.quorate.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/** Says on what and how the table was measured, in the lines below it. */
final class Machine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private Machine() {}

    static String describe(Session.Plan plan, String heap, List<String> jvmFlags, Path data) throws IOException {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return """
                Measured on %s: %d × %s, %d GiB memory, %s %s, data on %s, Java %s.
                %d interleaved run(s), windows of %d s after %d s of warm-up, heap %s for every member%s.
                """.formatted(LocalDate.now(ZoneOffset.UTC), system.getAvailableProcessors(), cpuModel(),
                Math.round(system.getTotalMemorySize() / (double) (1 << 30)), system.getName(), system.getVersion(),
                Files.getFileStore(data).type().toUpperCase(Locale.ROOT), Runtime.version(), plan.runs(),
                plan.seconds(), plan.warmUpSeconds(), heap,
                jvmFlags.isEmpty() ? "" : ", " + String.join(" ", jvmFlags));
    }

    private static String cpuModel() throws IOException {
        if (!Files.isReadable(CPU_INFO)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(CPU_INFO).stream().filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst()
                .orElse(System.getProperty("os.arch"));
    }
}

package dev.quorate.bench.server;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much heap a JVM's live objects take: the sum of its class histogram, which is made after a full collection. */
public final class LiveHeap {
    private static final Pattern TOTAL = Pattern.compile("^Total\\s+\\d+\\s+(\\d+)", Pattern.MULTILINE);

    private LiveHeap() {}

    /** Bytes of live objects of the process. */
    public static long bytes(long pid) throws IOException, InterruptedException {
        String histogram = Jcmd.run(pid, "GC.class_histogram");
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new IOException("jcmd gave no class histogram of process " + pid + ":\n" + histogram);
        }
        return Long.parseLong(total.group(1));
    }
}

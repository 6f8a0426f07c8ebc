package dev.quorate.images;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/** The Java runtime of an image: the modules that are needed, and the flags that hold without being given. */
final class JavaRuntime {
    private JavaRuntime() {}

    /**
     * Writes a runtime into a folder that must not exist.
     *
     * @param modules what the program names; what those need comes with them
     * @param options what the JVM does unless its environment or command line says otherwise
     */
    static void link(Path folder, List<String> modules, List<String> options) {
        var jlink = ToolProvider.findFirst("jlink")
                .orElseThrow(() -> new IllegalStateException("no jlink here: build with a JDK, not with a JRE"));
        var arguments = new ArrayList<>(List.of("--add-modules", String.join(",", modules), "--strip-debug",
                "--no-header-files", "--no-man-pages",
                // It writes classes that differ from run to run; the class archive has its own.
                "--disable-plugin", "generate-jli-classes", "--compress", "zip-6", "--add-options",
                String.join(" ", options), "--output", folder.toString()));
        int code = jlink.run(System.out, System.err, arguments.toArray(String[]::new));
        if (code != 0) {
            throw new IllegalStateException("jlink ended with " + code + ", see above");
        }
    }
}

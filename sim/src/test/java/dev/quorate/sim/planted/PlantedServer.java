package dev.quorate.sim.planted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.zab.Zxid;
import dev.quorate.sim.Simulate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The server with a bug: the sources that a patch names are patched and compiled aside, and the simulator runs over the
 * result.
 */
final class PlantedServer implements AutoCloseable {
    private static final Path SOURCES = Path.of("..", "ensemble", "src", "main", "java");
    private static final Pattern STEP = Pattern.compile("^file (\\S+)$|^<<<<\\n(.*?)\\n====\\n(.*?)\\n>>>>$",
            Pattern.MULTILINE | Pattern.DOTALL);

    private final Loader loader;

    /**
     * @param patch name of a resource: lines {@code file PATH}, each followed by replacements of text that stands in
     *     that file exactly once
     * @param folder an empty folder
     */
    PlantedServer(String patch, Path folder) throws IOException {
        List<Path> patched = new ArrayList<>();
        for (Map.Entry<String, String> file : apply(patch).entrySet()) {
            Path copy = folder.resolve("sources").resolve(file.getKey());
            Files.createDirectories(copy.resolve(".."));
            patched.add(Files.writeString(copy, file.getValue()));
        }
        Path classes = Files.createDirectories(folder.resolve("classes"));
        compile(patched, classes);
        loader = new Loader(new URL[]{classes.toUri().toURL(), placeOf(Zxid.class), placeOf(Simulate.class)});
    }

    private static URL placeOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    /** The new texts of the files that a patch changes, by path. */
    private static Map<String, String> apply(String patch) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        Matcher step = STEP.matcher(read(patch));
        String file = "";
        int replaced = 0;
        while (step.find()) {
            if (step.group(1) != null) {
                file = step.group(1);
                files.put(file, Files.readString(SOURCES.resolve(file)));
                continue;
            }
            String text = files.getOrDefault(file, "");
            assertThat(text.split(Pattern.quote(step.group(2)), -1))
                    .as("%s no longer applies: this must stand once in %s:\n%s", patch, file, step.group(2)).hasSize(2);
            files.put(file, text.replace(step.group(2), step.group(3)));
            replaced++;
        }
        assertThat(replaced).as("replacements in " + patch).isPositive();
        return files;
    }

    private static String read(String patch) throws IOException {
        try (InputStream in = PlantedServer.class.getResourceAsStream("/planted/" + patch + ".patch")) {
            assertThat(in).as(patch).isNotNull();
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void compile(List<Path> sources, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> options = List.of("-proc:none", "-nowarn", "-implicit:none", "-d", classes.toString());
            boolean done = compiler.getTask(messages, files, null, options, null,
                    files.getJavaFileObjectsFromPaths(sources)).call();
            assertThat(done).as(messages.toString()).isTrue();
        }
    }

    /** Runs seeds, up to the first that fails; returns what the program printed. */
    String simulate(long from, long to, int seconds, int threads) throws ReflectiveOperationException {
        return simulate("--seeds", from + ".." + to, "--seconds", Integer.toString(seconds), "--no-shrink",
                "--threads", Integer.toString(threads));
    }

    /** Runs the simulator; returns what it printed. */
    String simulate(String... arguments) throws ReflectiveOperationException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            loader.loadClass(Simulate.class.getName()).getMethod("run", PrintStream.class, String[].class).invoke(null,
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    arguments);
        } catch (InvocationTargetException thrown) {
            throw new IllegalStateException(thrown.getCause());
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }

    /** Prefers its own classes for server and simulator, so that they see the patched ones. */
    private static final class Loader extends URLClassLoader {
        Loader(URL[] urls) {
            super(urls, PlantedServer.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            boolean own = name.startsWith("dev.quorate.ensemble.") || name.startsWith("dev.quorate.sim.");
            if (!own) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }
}

package dev.quorate.ensemble;

import dev.quorate.ensemble.tree.BadServerLine;
import dev.quorate.ensemble.tree.ServerLine;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A zoo.cfg as written. Values are checked when they are asked for; all problems are gathered, so that one run shows
 * them all.
 */
final class ConfigFile {
    private static final Map<String, String> REFUSED = Map.of(
            "dynamicConfigFile", "put the server.N lines of that file into this one",
            "group", "quorums of groups are not supported: remove the group lines",
            "weight", "weighted quorums are not supported: remove the weight lines",
            "oraclePath", "quorums with an oracle are not supported: remove it");

    private final Properties lines = new Properties();
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    ConfigFile(Path file) throws ConfigException {
        try {
            lines.load(new StringReader(Files.readString(file, StandardCharsets.UTF_8)));
        } catch (NoSuchFileException missing) {
            throw new ConfigException("there is no file " + file + ": name a zoo.cfg");
        } catch (IOException unreadable) {
            throw new ConfigException("can't read the configuration " + file + ": " + unreadable.getMessage());
        } catch (IllegalArgumentException malformed) {
            throw new ConfigException("the configuration " + file + " is malformed: " + malformed.getMessage());
        }
        lines.stringPropertyNames().stream().sorted().forEach(this::checkKnown);
    }

    /** Lines that stand in no file. */
    ConfigFile(Map<String, String> lines) {
        this.lines.putAll(lines);
        lines.keySet().stream().sorted().forEach(this::checkKnown);
    }

    /** The value without blanks around it; null without the key or when it is empty. */
    @Nullable
    String text(ConfigKey key) {
        var value = lines.getProperty(key.text());
        return value == null || value.isBlank() ? null : value.strip();
    }

    boolean has(ConfigKey key) {
        return text(key) != null;
    }

    /** The number, or its default; a problem when it is not one or is out of range. */
    long number(ConfigKey key) {
        var value = text(key);
        if (value == null) {
            return key.standard().isEmpty() ? 0 : Long.parseLong(key.standard());
        }
        try {
            long number = Long.parseLong(value);
            if (number >= key.min() && number <= key.max()) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // told below, like a number out of range
        }
        problem(key.text() + "=" + value + ": write a number from " + key.min() + " to " + key.max() + " (" + key.unit()
                + ")");
        return key.min();
    }

    int count(ConfigKey key) {
        return Math.toIntExact(number(key));
    }

    boolean flag(ConfigKey key) {
        var value = text(key);
        if (value != null && !value.equals("true") && !value.equals("false")) {
            problem(key.text() + "=" + value + ": write true or false");
        }
        return Boolean.parseBoolean(value == null ? key.standard() : value);
    }

    /** All {@code server.N}, ascending by id. */
    List<ServerLine> servers() {
        var servers = new TreeMap<Integer, ServerLine>();
        for (var key : lines.stringPropertyNames()) {
            if (key.startsWith("server.")) {
                try {
                    var server = ServerLine.parse(key, lines.getProperty(key));
                    if (servers.put(server.id(), server) != null) {
                        problem("server." + server.id() + " is there twice");
                    }
                } catch (BadServerLine malformed) {
                    problem(String.valueOf(malformed.getMessage()));
                }
            }
        }
        return List.copyOf(servers.values());
    }

    void problem(String problem) {
        problems.add(problem);
    }

    void warning(String warning) {
        warnings.add(warning);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** @throws ConfigException when there was any problem */
    void throwProblems() throws ConfigException {
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    private void checkKnown(String key) {
        var refusal = REFUSED.get(key.replaceFirst("\\.\\d+$", ""));
        if (refusal != null) {
            problem(key + ": " + refusal);
        } else if (!key.startsWith("server.") && ConfigKey.of(key) == null) {
            warning("the key " + key + " is not known and has no effect");
        }
    }
}

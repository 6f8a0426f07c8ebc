package dev.quorate.ensemble;

import dev.quorate.ensemble.admin.SettingsCommand;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings that may be changed while a member runs: only such on which no member relies in another. A member that
 * starts again has those of its zoo.cfg.
 */
final class LiveSettings implements SettingsCommand.Live {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSettings.class);
    private static final Set<ConfigKey> KEYS = EnumSet.of(ConfigKey.MAX_CLIENT_CNXNS, ConfigKey.SNAP_COUNT,
            ConfigKey.WORDS);

    private final Consumer<Config.Live> changed;
    private volatile Config.Live now;

    /** @param changed is told of each change, on the thread that makes it */
    LiveSettings(Config.Live start, Consumer<Config.Live> changed) {
        this.now = start;
        this.changed = changed;
    }

    /** What a file says of them; its problems are told to the file. */
    static Config.Live read(ConfigFile file) {
        var given = new TreeMap<String, String>();
        for (var key : KEYS) {
            var text = file.text(key);
            if (text != null) {
                given.put(key.text(), text);
            }
        }
        return new Config.Live(file.count(ConfigKey.SNAP_COUNT), file.count(ConfigKey.MAX_CLIENT_CNXNS), words(file),
                given);
    }

    private static Set<String> words(ConfigFile file) {
        var listed = file.text(ConfigKey.WORDS);
        var words = new TreeSet<String>();
        for (var word : (listed == null ? ConfigKey.WORDS.standard() : listed).split(",")) {
            if (word.strip().matches("\\*|[a-z]{4}")) {
                words.add(word.strip());
            } else if (!word.isBlank()) {
                file.problem("4lw.commands.whitelist: \"" + word.strip() + "\" is not a four-letter word");
            }
        }
        return Set.copyOf(words);
    }

    /** What is in force; from any thread. */
    Config.Live now() {
        return now;
    }

    int snapCount() {
        return now.snapCount();
    }

    Set<String> words() {
        return now.words();
    }

    @Override
    public Set<String> keys() {
        return KEYS.stream().map(ConfigKey::text).collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public SortedMap<String, String> given() {
        return now.given();
    }

    @Override
    public String give(Map<String, String> settings) {
        try {
            var file = new ConfigFile(settings);
            var next = read(file);
            file.throwProblems();
            now = next;
            changed.accept(next);
            LOG.info("settings that are given from now on: {}", next.given());
            return "";
        } catch (ConfigException refused) {
            return String.valueOf(refused.getMessage()).replace("\n", "; ");
        }
    }
}

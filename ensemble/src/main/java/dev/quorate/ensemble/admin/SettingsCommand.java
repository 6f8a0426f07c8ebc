package dev.quorate.ensemble.admin;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The command that changes settings of the member that is asked, and of no other, while it runs. */
public final class SettingsCommand {
    private final Live live;

    /** The settings that may be changed, by their names in zoo.cfg. */
    public interface Live {
        /** All of them. */
        Set<String> keys();

        /** Those that are given now; the others have their defaults. Called from any thread. */
        SortedMap<String, String> given();

        /**
         * From now on these are given and no others.
         *
         * @return what is wrong with them, and then nothing is changed; empty when they are in force
         */
        String give(Map<String, String> settings);
    }

    public SettingsCommand(Live live) {
        this.live = live;
    }

    /**
     * {@code POST /v1/settings}: {@code {"snapCount": 50000}}. What is left out has its default from then on. Answered
     * with what is given.
     */
    public CompletionStage<CommandResult> set(Observation seen, String body) {
        return CompletableFuture.completedStage(set(body));
    }

    private CommandResult set(String body) {
        try {
            var asked = CommandBody.parse(body, live.keys());
            var settings = new TreeMap<String, String>();
            for (var key : live.keys()) {
                var text = asked.list(key);
                if (text != null) {
                    settings.put(key, text);
                }
            }
            var problem = live.give(settings);
            return problem.isEmpty() ? CommandResult.done(200, live.given()) : CommandResult.refused(400, problem);
        } catch (CommandBody.Malformed bad) {
            return CommandResult.refused(400, String.valueOf(bad.getMessage()));
        }
    }
}

package dev.quorate.ensemble;

import java.util.List;

/** A configuration that no member can run with. Each problem is a sentence that says what to do. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    ConfigException(List<String> problems) {
        super(String.join("\n", problems));
    }

    ConfigException(String problem) {
        super(problem);
    }
}

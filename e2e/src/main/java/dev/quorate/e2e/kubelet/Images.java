package dev.quorate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import java.util.List;

/** What stands for a container's image: the command that runs a JVM with the right classes. */
@FunctionalInterface
public interface Images {
    /** The command up to the main class: the JVM, its flags, its class path. */
    List<String> command(Container container);
}

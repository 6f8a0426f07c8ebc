package dev.quorate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import java.util.List;

/** What stands for a container's image: the command that runs a JVM with the right classes. */
@FunctionalInterface
public interface Images {
    /**
     * The command up to the main class: the JVM, its flags, its class path.
     *
     * @throws Missing when nothing stands for the image
     */
    List<String> command(Container container) throws Missing;

    /** There is no such image; a kubelet tries again and again to pull it. */
    final class Missing extends Exception {
        private static final long serialVersionUID = 1L;

        public Missing(String image) {
            super("failed to pull image \"" + image + "\": not found");
        }
    }
}

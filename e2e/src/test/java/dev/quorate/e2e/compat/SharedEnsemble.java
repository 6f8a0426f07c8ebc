package dev.quorate.e2e.compat;

import dev.quorate.e2e.process.EnsembleProcesses;
import dev.quorate.e2e.process.ServerKind;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives every test of this package the same three running members; each test works under a path of its own. */
final class SharedEnsemble implements ParameterResolver {
    private record Running(EnsembleProcesses processes) implements AutoCloseable {
        static Running start() {
            try {
                var folder = Files.createDirectories(Path.of("target", "compat"));
                return new Running(EnsembleProcesses
                        .start(new EnsembleProcesses.Options(ServerKind.chosen(),
                                Files.createTempDirectory(folder, "ensemble"), 3)));
            } catch (java.io.IOException | InterruptedException failed) {
                throw new IllegalStateException("the ensemble did not start", failed);
            }
        }

        @Override
        public void close() {
            processes.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == EnsembleProcesses.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot().getStore(Namespace.create(SharedEnsemble.class))
                .computeIfAbsent(Running.class, key -> Running.start(), Running.class).processes();
    }
}

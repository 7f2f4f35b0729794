"""Every label of the graph."""

from __future__ import annotations

from atlas.schema.declaration import NodeKind, Property

OWNER = Property("owner", "string", "", "Process that is writing it; null once it is complete.")
KEY = Property("key", "string", "", "Readable, stable name, unique among its label.")
NETWORK = Property("network", "string", "", "Key of the network it belongs to.")

HEADLINES = (
    Property("effect_points", "float", "percentage points", "Accuracy over all classes lost when it is ablated."),
    Property("effect_q", "float", "", "False discovery rate of `effect_points` within its run."),
    Property(
        "most_affected_target", "string", "", "Class that loses most accuracy when it is ablated; null if none loses."
    ),
    Property("effect_run", "string", "", "Key of the newest finished run that measured its effect."),
    Property(
        "label_bits", "float", "bits", "Information its discretised activation carries about the class of a trial."
    ),
    Property("label_q", "float", "", "False discovery rate of `label_bits` against shuffled labels within its run."),
    Property("label_run", "string", "", "Key of the newest finished run that measured its label information."),
)

ACTIVATION = (
    Property("mean_activation", "float", "", "Mean activation over all trials."),
    Property("active_share", "float", "", "Share of the trials in which its activation is not 0."),
    Property("selectivity", "float", "", "How much more active it is for its best class than for the others, 0 to 1."),
    Property("activation_run", "string", "", "Key of the newest finished run that measured its activation."),
)

LESION = (
    Property("importance", "float", "percentage points", "Mean over classes of the accuracy lost when it is ablated."),
    Property("importance_q", "float", "", "False discovery rate of `importance` within its run."),
    Property(
        "coherence", "float", "", "How unevenly the loss falls on classes, in multiples of the mean; null if undefined."
    ),
    Property("coherence_q", "float", "", "False discovery rate of `coherence` within its run."),
    Property("lesion_run", "string", "", "Key of the newest finished run that tested it by lesions."),
)


def _beside(name: str, what: str) -> tuple[Property, ...]:
    """List what stands beside a score of a partition: the same method on shuffled weights."""
    return (
        Property(f"{name}_null_mean", "float", "", f"Mean {what} of the same method on shuffled weights."),
        Property(f"{name}_null_sd", "float", "", "Standard deviation of that null."),
        Property(f"{name}_z", "float", "", f"The {what} in standard deviations of that null above its mean."),
        Property(f"{name}_p", "float", "", "Share of that null, itself counted, at least as good."),
    )


def _same_clusters(name: str, what: str) -> tuple[Property, ...]:
    """List what stands beside a score of a cluster: the same neurons on shuffled weights."""
    return (
        Property(f"{name}_null_mean", "float", "", f"Mean {what} of the same neurons when weights are shuffled."),
        Property(f"{name}_null_sd", "float", "", "Standard deviation of that null."),
        Property(f"{name}_z", "float", "", f"The {what} in standard deviations of that null above its mean."),
        Property(f"{name}_p", "float", "", "Share of that null, itself counted, at least as good."),
    )


NODES = (
    NodeKind(
        "Network",
        "One trained network with one set of weights. While loading it carries `Loading` instead.",
        (
            KEY,
            Property("architecture", "string", "", "Sizes of the layers and their nonlinearities, in short."),
            Property("dataset", "string", "", "Data specification its accuracy was measured on."),
            Property("family", "string", "", "Networks that differ only by seed or training step share a family."),
            Property("seed", "integer", "", "Seed it was trained with."),
            Property("training_step", "integer", "steps", "Training step of the checkpoint."),
            Property("file_sha256", "string", "", "SHA-256 of its file, or of its tensors if it came from memory."),
            Property("n_layers", "integer", "layers", "Number of layers, the input included."),
            Property("n_neurons", "integer", "neurons", "Number of neurons, those of the input included."),
            Property("norm", "string", "", "How the strength of a kernel is taken: entrywise_l1, frobenius, …"),
            Property("n_weights", "integer", "weights", "Number of weights of the trained network."),
            Property("n_stored_weights", "integer", "weights", "Number of weights kept in the graph."),
            Property("kept_strength_share", "float", "", "Share of the summed strength that is kept, from 0 to 1."),
            Property("accuracy_percent", "float", "percent", "Share of trials answered correctly."),
            Property("opened_file", "string", "", "File it was read from; null if it came from memory."),
            Property("opened_chain", "string", "", "Layers and nonlinearities stated when it was read."),
            Property("opened_factory", "string", "", "`package.module:function` that makes its torch module."),
            Property("opened_part", "string", "", "Which of several state dicts of the file it is."),
            Property("opened_input", "string", "", "Shape of one trial it takes in, `tokens:` before integers."),
            Property("opened_norm", "string", "", "Norm asked for when it was read."),
            Property("opened_allow_opaque", "boolean", "", "True if layers that are not understood were allowed."),
            Property("opened_data", "string", "", "Data specification it was read with."),
            Property("weights_sha256", "string", "", "SHA-256 of its sizes and weights, those left out included."),
            Property("content_sha256", "string", "", "SHA-256 of everything that was loaded."),
            Property("loaded_at", "datetime", "", "When its loading was completed."),
            OWNER,
        ),
    ),
    NodeKind(
        "Layer",
        "One stage of a network, numbered from the input, which is 0.",
        (
            KEY,
            NETWORK,
            Property("name", "string", "", "Name within the network."),
            Property("number", "integer", "", "Position from the input, from 0."),
            Property(
                "kind", "string", "", "input, linear, convolution, embedding, attention, recurrent, sum or opaque."
            ),
            Property("activation", "string", "", "Nonlinearity after it: relu, tanh, identity."),
            Property("summary", "string", "", "How a neuron's elements become one activation: alone, last step, …"),
            Property("n_neurons", "integer", "neurons", "Number of neurons."),
            Property("weight_policy", "string", "", "Which of its incoming weights are kept."),
            Property("removed_strength_share", "float", "", "Share of its incoming strength that is not kept."),
        ),
    ),
    NodeKind(
        "Neuron",
        "One output of a layer.",
        (
            KEY,
            NETWORK,
            Property("layer", "string", "", "Name of its layer."),
            Property("layer_number", "integer", "", "Number of its layer, from 0 at the input."),
            Property("number", "integer", "", "Position within its layer, from 0."),
            Property("in_strength", "float", "", "Summed strength of its kept incoming weights."),
            Property("out_strength", "float", "", "Summed strength of its kept outgoing weights."),
            *HEADLINES,
            *ACTIVATION,
        ),
    ),
    NodeKind(
        "Target",
        "What a network is asked for: a class, or `all` for every class together.",
        (
            KEY,
            NETWORK,
            Property("name", "string", "", "Class, or `all`."),
            Property("kind", "string", "", "class or all."),
        ),
    ),
    NodeKind(
        "Partition",
        "Every neuron of the chosen layers in exactly one cluster.",
        (
            KEY,
            NETWORK,
            Property("name", "string", "", "Name within the network."),
            Property("method", "string", "", "Method that made it."),
            Property("graph", "string", "", "What joins neurons: weights, activations or both."),
            Property("resolution", "float", "", "Resolution of the objective; larger gives more, smaller clusters."),
            Property("k", "integer", "clusters", "Number of clusters asked for; null: the method chose."),
            Property("shuffle", "string", "", "How weights are shuffled for the null: layer, nonzero, row or degree."),
            Property("within", "string", "", "Name of the coarser partition whose clusters were divided; null: none."),
            Property("seed", "integer", "", "Seed of the method."),
            Property("n_clusters", "integer", "clusters", "Number of clusters, those set apart among them."),
            Property(
                "silhouette", "float", "", "Mean silhouette of its neurons, from -1 to 1; null if none was taken."
            ),
            Property("low_silhouette", "float", "", "Lower end of its 95 % interval."),
            Property("high_silhouette", "float", "", "Upper end of its 95 % interval."),
            Property("silhouette_null_mean", "float", "", "Mean silhouette when every neuron's profile is shuffled."),
            Property("silhouette_null_sd", "float", "", "Standard deviation of that null."),
            Property("silhouette_z", "float", "", "Silhouette in standard deviations of that null above its mean."),
            Property("silhouette_p", "float", "", "Share of that null, itself counted, with at least its silhouette."),
            Property("modularity", "float", "", "Strength inside clusters beyond chance, from -0.5 to 1."),
            Property("n_cut", "float", "", "Normalised cut: share of each cluster's strength that leaves it, summed."),
            Property("null_mean", "float", "", "Mean modularity of the same method on shuffled weights."),
            Property("null_sd", "float", "", "Standard deviation of that null."),
            Property("z", "float", "", "Modularity in standard deviations of the null above its mean."),
            Property("p", "float", "", "Share of the null, itself counted, with at least its modularity."),
            *_beside("n_cut", "n_cut"),
            Property(
                "layered_modularity", "float", "", "Modularity whose chance term is taken for each two layers alone."
            ),
            *_beside("layered_modularity", "layered modularity"),
            Property("internal_share", "float", "", "Share of all strength that stays inside clusters."),
            *_beside("internal_share", "share"),
            Property(
                "layer_agreement", "float", "", "Adjusted mutual information of clusters and layers; 1: they coincide."
            ),
            *_beside("layer_agreement", "agreement"),
            Property("layer_nmi", "float", "", "Normalised mutual information of clusters and layers, 0 to 1."),
            *_beside("layer_nmi", "information"),
            Property("stability_nmi", "float", "", "Normalised mutual information between two seeds, mean of pairs."),
            *_beside("stability_nmi", "stability"),
            Property("stability_ari", "float", "", "Adjusted Rand index between two seeds, mean of all pairs."),
            *_beside("stability_ari", "stability"),
            Property("run", "string", "", "Key of the run that made it."),
        ),
    ),
    NodeKind(
        "Cluster",
        "One part of a partition; `:Module` too once it passed a lesion or coherence test.",
        (
            KEY,
            NETWORK,
            Property("partition", "string", "", "Name of its partition."),
            Property("number", "integer", "", "Number within its partition, from 0, the largest first."),
            Property("n_neurons", "integer", "neurons", "Number of neurons."),
            Property("n_layers", "integer", "layers", "Number of layers its neurons lie in."),
            Property("internal_share", "float", "", "Share of its neurons' strength that stays inside."),
            *_same_clusters("internal_share", "share"),
            Property(
                "conductance", "float", "", "Strength that leaves it, of the smaller of its own and all other strength."
            ),
            *_same_clusters("conductance", "conductance"),
            Property("silhouette", "float", "", "Mean silhouette of its neurons; null if none was taken."),
            Property(
                "set_apart",
                "string",
                "",
                "Why its neurons were not grouped: no_effect, constant, isolated; null: they were.",
            ),
            Property("module_by", "string", "", "Tests it passed, with commas between: effect, importance, coherence."),
            Property("module_level", "float", "", "Largest false discovery rate that passes; null where none did."),
            *HEADLINES,
            *LESION,
        ),
    ),
    NodeKind(
        "Run",
        "One execution that wrote: where every value comes from.",
        (
            KEY,
            NETWORK,
            Property(
                "kind",
                "string",
                "",
                "partition, populations, ablate, lesion, pairs, motifs, indicators, agree, inform.",
            ),
            Property("method", "string", "", "Method it used."),
            Property("seed", "integer", "", "Seed of its random numbers."),
            Property("partition", "string", "", "Partition whose clusters it measured; null: it measured neurons."),
            Property("graph", "string", "", "What joined neurons: weights, activations or both."),
            Property("resolution", "float", "", "Resolution of the objective."),
            Property("k", "integer", "clusters", "Number of clusters asked for."),
            Property("k_by_layer", "string", "", "Where the number of local clusters comes from."),
            Property("deflate", "boolean", "", "True if the direction of depth was taken out of the spectrum."),
            Property("weight_of_activations", "float", "", "Weight of activations beside weights, of two graphs."),
            Property(
                "rescale", "boolean", "", "True if weights were rescaled so that each neuron's incoming are alike."
            ),
            Property("spread", "string", "", "What inputs that never vary count: ignore, drop_constant or weight."),
            Property("association", "string", "", "How activations are compared: spearman or pearson."),
            Property("power", "string", "", "Square or absolute value of the association."),
            Property("max_trials", "integer", "trials", "Most trials activations are compared in."),
            Property("shuffle", "string", "", "How weights are shuffled for the null: layer, nonzero, row or degree."),
            Property("within", "string", "", "Coarser partition whose clusters were divided."),
            Property("labels", "string", "", "File the partition was imported from."),
            Property("labels_sha256", "string", "", "SHA-256 of that file's clusters."),
            Property("matched_on", "string", "", "What random sets share beside layers and size."),
            Property("rule", "string", "", "Rule of the lesion test: corrected or published."),
            Property("level", "float", "", "Largest false discovery rate of a module."),
            Property("n_strongest", "integer", "weights", "Weights of every neuron that motifs are counted in."),
            Property("n_null", "integer", "draws", "Random draws its null stands on."),
            Property("n_seeds", "integer", "seeds", "Other seeds its agreement stands on."),
            Property("n_bootstrap", "integer", "draws", "Resamples its intervals stand on."),
            Property("states", "integer", "states", "States a neuron's activation is discretised to."),
            Property("layers", "string", "", "Layers it was asked to measure; null: its default."),
            Property("outputs", "boolean", "", "True if it measured changes of loss and outputs beside the answers."),
            Property("score", "string", "", "Score function it measured, `package.module:function`; null: none."),
            Property("score_sha256", "string", "", "SHA-256 of what the score gives for the intact network's trials."),
            Property("top", "integer", "pairs", "Most pairs it was asked to write, those of largest interaction."),
            Property("n_pairs", "integer", "pairs", "Pairs it measured, written or not."),
            Property("profile", "string", "", "What neurons were grouped by: activations over classes or trials."),
            Property("max_groups", "integer", "clusters", "Most groups it could make of a layer."),
            Property("effect_run", "string", "", "Run whose effects it used."),
            Property("initial", "string", "", "File of the network before training, if it was given."),
            Property("initial_sha256", "string", "", "SHA-256 of the sizes and weights of that network."),
            Property("first", "string", "", "The one of two partitions it compared."),
            Property("second", "string", "", "The other one."),
            Property("code_version", "string", "", "Version of network-atlas."),
            Property("data", "string", "", "Data specification of its trials."),
            Property("data_sha256", "string", "", "SHA-256 of its trials."),
            Property("n_trials", "integer", "trials", "Number of trials."),
            Property("command", "string", "", "Command that recomputes it."),
            Property("started_at", "datetime", "", "When it started."),
            Property("finished_at", "datetime", "", "When its values became visible."),
            Property("state", "string", "", "running, finished, failed or removing. Queries read finished runs only."),
            OWNER,
        ),
    ),
    NodeKind(
        "Property",
        "The data dictionary: what a property means.",
        (
            KEY,
            Property("label", "string", "", "Label or relationship type that has it."),
            Property("name", "string", "", "Name of the property."),
            Property("type", "string", "", "Type of its values."),
            Property("unit", "string", "", "Unit of its values; empty for pure numbers and text."),
            Property("meaning", "string", "", "One sentence."),
            Property("family", "string", "", "Family of headline properties it belongs to; null if none."),
            Property("written_by", "string", "", "Kind of run that sets it; null: ingestion."),
        ),
    ),
    NodeKind(
        "Schema",
        "The one node that says which version of the schema the database holds.",
        (
            KEY,
            Property("version", "integer", "", "Version of the schema."),
            Property("dictionary_sha256", "string", "", "SHA-256 of constraints and data dictionary as they were set."),
        ),
    ),
)

"""That searches run on Dask's workers by joblib."""

import numpy as np
import pytest

distributed = pytest.importorskip("distributed")
joblib = pytest.importorskip("joblib")
pytest.importorskip("sklearn")


def test_a_search_on_a_local_cluster(classes):
    from sklearn.model_selection import GridSearchCV

    from gradus import MLPClassifier

    search = GridSearchCV(MLPClassifier(max_iter=20, random_state=0), {"hidden_layer_sizes": [(8,), (16,)]}, cv=2)
    alone = search.fit(*classes).cv_results_["mean_test_score"]
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with cluster, distributed.Client(cluster), joblib.parallel_backend("dask"):
        found = search.fit(*classes).cv_results_["mean_test_score"]
    assert np.array_equal(found, alone)

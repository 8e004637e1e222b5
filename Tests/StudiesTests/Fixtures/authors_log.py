"""Writes authors_log.json as the paper's code does: `json.dump` of the dictionary in its Experiment.

python3 authors_log.py > authors_log.json
"""
import json

log = {"experiment_name": "cifar100_kaiming_nfm",
       "config": {"experiment_name": "cifar100_kaiming_nfm",
                  "data": {"path": "./data", "dataset": "cifar100", "image_channels": 3,
                           "num_classes": 100, "batch_size": 64, "num_workers": 4,
                           "val_split": 0.2},
                  "model": {"type": "vgg11", "init_method": "kaiming_nfm", "save_model": False},
                  "optimizer": {"type": "sgd", "lr": 1e-3, "momentum": 0.9, "weight_decay": 5e-4,
                                "nestrov": False},
                  "training": {"epochs": 4, "criterion": "cross_entropy", "log_path": "./logs"}},
       "device": "NaN is a word in a string, \"quoted\" \\ too", "run_time": 1234.5,
       "test_acc": 41.25, "test_loss": 2.31, "best_val_acc": 41.5, "best_val_loss": 2.25,
       "best_train_acc": 40.0, "best_train_loss": 2.3,
       "val_accs": [17.1, 30.5, 41.5, 41.0], "val_losses": [3.5, 2.8, 2.25, 2.3],
       "train_accs": [7.5, 21.0, 33.25, 40.0],
       "train_losses": [4.1, 3.3, 2.6, float("nan")]}
print(json.dumps(log))

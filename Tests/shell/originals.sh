# shellcheck shell=bash disable=SC2154
# The paper's pipelines from the original files to a table: `native` and `paper` on small archives that other
# libraries wrote (Fixtures/make-fixtures.py beside the reader's tests), with their own manifest.
# Some archives are already in the downloads, as a user without network access would put them there; others are fetched.

images=Tests/ImageFormatsTests/Fixtures
downloads=$scratch/build/downloads
mkdir -p "$downloads"
line() { # line DATASET FILE FIXTURE
  echo "$1 $2 $(stat -c %s "$3") sha256:$(sha256sum < "$3" | cut -d' ' -f1) file://$PWD/$3"
}
{
  line cifar-10 cifar-10-binary.tar.gz $images/cifar-10-binary.tar.gz
  line cifar-100 cifar-100-binary.tar.gz $images/cifar-100-binary.tar.gz
  line svhn train_32x32.mat $images/train_8.mat
  line svhn test_32x32.mat $images/test_8.mat
  line tiny-imagenet tiny-imagenet-200.zip $images/tiny-imagenet-200.zip
  line vgg11 vgg11.tv_in1k.safetensors Tests/StateDictionariesTests/Fixtures/vgg11-timm.safetensors
} > "$scratch/manifest.txt"
cp $images/cifar-10-binary.tar.gz $images/tiny-imagenet-200.zip "$downloads"
cp $images/train_8.mat "$downloads/train_32x32.mat"

# The pipelines unchanged, except for the settings that make them large: filters, sides, epochs, and seeds.
small=(BUILD="$scratch/build" RESULTS="$scratch/results" MANIFEST="$scratch/manifest.txt" seeds=1)
native=(PIPELINE=native 'network_options=--architecture vgg11@0.0625' 'extract_options=--side 32'
  'agop_options=--count 8 --logits probes:2' 'train_options=--side 32 --epochs 1 --batch 4'
  'init_options=--hidden 512,512 --pooled 1 --side 32')
paper=(PIPELINE=paper 'network_options=--architecture vgg11@0.0625 --hidden 16,16 --pooled 7'
  'extract_options=--side 32' 'agop_options=--convention paper --count 8 --logits 4'
  'train_options=--side 32 --epochs 1 --batch 4' 'init_options=--convention paper --side 32')

check "make -n plans native's 168 runs and no download" test 168 = \
  "$(make -n results PIPELINE=native "${small[@]:0:3}" 2> /dev/null | grep -c 'release/train ')"
check "make results PIPELINE=native" make results "${small[@]}" "${native[@]}"
check "make results PIPELINE=paper" make results "${small[@]}" "${paper[@]}"
rows() { # rows PIPELINE COUNT: of its table
  [ "$(grep -cE "$methods" "$scratch/results/$1/table.csv")" = "$2" ]
}
methods='^("?(svhn|cifar-10|cifar-100|tiny-imagenet))'
check "native's table has every data set and method" rows native 56
check "paper's table has every data set and method" rows paper 44

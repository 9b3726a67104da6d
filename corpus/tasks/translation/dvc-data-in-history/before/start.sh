set -e
git init -q
mkdir -p data
printf 'x\n1\n' > data/prices.csv
printf 'print("prices")\n' > show.py
git add .
git commit -q -m "Years ago"
git tag old
